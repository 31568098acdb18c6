import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PackId } from '../../domain/exercise/exercise.ts'
import { findCommand } from '../process/find-command.ts'
import { hashOfParts } from '../files/hash.ts'
import { systemPack } from './debian-pack.ts'
import { mavenPack } from './maven-pack.ts'
import { npmPack } from './npm-pack.ts'
import type { Pack } from './pack.ts'
import { pipPack } from './pip-pack.ts'
import { packFolder } from './places.ts'
import { rubyPack } from './ruby-pack.ts'
import { machinesServer } from './server-programs.ts'

export const packs = {
  junit: {
    title: 'JUnit 5 (console launcher 1.14.4)',
    for: 'Java exercises in which the learner writes tests',
    license: 'EPL-2.0',
    version: '1.14.4',
    megabytes: 3,
    language: 'java',
    ...mavenPack('junit'),
  },
  'python-django': {
    title: 'Django 5.2 and psycopg 3',
    for: 'Django exercises, in a virtual environment of their own',
    license: 'BSD-3-Clause; psycopg LGPL-3.0',
    version: '5.2.19',
    megabytes: 50,
    language: 'py',
    ...pipPack('python-django'),
  },
  'java-spring': {
    title: 'Spring Boot 4.1 (web, validation)',
    for: 'Spring exercises',
    license: 'Apache-2.0',
    version: '4.1.1',
    megabytes: 71,
    language: 'java',
    ...mavenPack('java-spring'),
  },
  ruby: {
    title: 'Ruby',
    for: 'Ruby exercises on a machine without Ruby',
    license: 'Ruby, BSD-2-Clause',
    version: 'the system’s',
    megabytes: 40,
    language: 'rb',
    present: () => findCommand('ruby')?.path ?? null,
    ...rubyPack,
  },
  graphql: {
    title: 'GraphQL.js 17 and DataLoader',
    for: 'GraphQL exercises',
    license: 'MIT',
    version: '17.1.0',
    megabytes: 12,
    language: 'ts',
    ...npmPack('graphql'),
  },
  azurite: {
    title: 'Azurite 3.37 (Azure Storage on this machine) and its SDK',
    for: 'Azure exercises',
    license: 'MIT',
    version: '3.37.0',
    megabytes: 280,
    language: 'ts',
    ...npmPack('azurite'),
  },
  'aws-cdk': {
    title: 'AWS CDK 2',
    for: 'AWS exercises that define infrastructure',
    license: 'Apache-2.0',
    version: '2.276.0',
    megabytes: 190,
    language: 'ts',
    ...npmPack('aws-cdk'),
  },
  redis: {
    title: 'Redis (or Valkey)',
    for: 'Redis exercises on a machine without redis-server',
    license: 'BSD-3-Clause',
    version: 'the system’s',
    megabytes: 7,
    language: 'any',
    present: () => machinesServer('redis')?.path ?? null,
    ...systemPack('redis', { debian: ['redis-server'], brew: 'redis' }),
  },
  mysql: {
    title: 'MariaDB (speaks MySQL’s protocol)',
    for: 'MySQL exercises on a machine without mysqld or mariadbd',
    license: 'GPL-2.0',
    version: 'the system’s',
    megabytes: 45,
    language: 'any',
    present: () => machinesServer('mysql')?.path ?? null,
    ...systemPack('mysql', { debian: ['mariadb-server-core'], brew: 'mariadb' }),
  },
  mongodb: {
    title: 'mongo-java-server 1.47 (speaks MongoDB’s protocol; needs Java)',
    for: 'MongoDB exercises on a machine without mongod',
    license: 'BSD-3-Clause',
    version: '1.47.0',
    megabytes: 3,
    language: 'any',
    present: () => machinesServer('mongodb')?.path ?? null,
    ...mavenPack('mongodb'),
  },
} satisfies Record<PackId, Pack>

export const packIds = Object.keys(packs) as PackId[]
export const packOf = (id: PackId): Pack => packs[id]

/** Where an installed pack says what it holds. */
export const markerOf = (cache: string, id: PackId): string => join(packFolder(cache, id), 'pack.json')

/** Changes with the pins: an older installation is then made anew. */
export const fingerprintOf = (id: PackId): string => hashOfParts('1', packs[id].version, ...packs[id].pins())

/** Installed as pinned, or offered by the machine itself. */
export const isReady = (cache: string, id: PackId): boolean => packOf(id).present?.() != null || isInstalled(cache, id)

export function isInstalled(cache: string, id: PackId): boolean {
  const marker = markerOf(cache, id)
  if (!existsSync(marker)) return false
  try {
    return (JSON.parse(readFileSync(marker, 'utf8')) as { fingerprint?: unknown }).fingerprint === fingerprintOf(id)
  } catch {
    return false // Unreadable: installed anew.
  }
}
