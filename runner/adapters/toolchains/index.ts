import type { Language } from '../../domain/exercise/exercise.ts'
import { java } from './java.ts'
import { baseLaunch } from './launch.ts'
import { node } from './node.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import type { Toolchain, ToolchainId } from './types.ts'

/** Languages whose files are data for the suite: it starts nothing. By hand a learner may build with their Docker. */
const none: Toolchain = {
  id: 'none',
  title: 'no toolchain',
  needs: 'nothing',
  commands: [],
  probe: async () => ({ ready: true, version: null, tools: {} }),
  prepare: async (request) => ({ ok: true, launch: baseLaunch(request, { none: [], docker: ['docker'] }) }),
  howToInstall: () => '',
}

/** A missing adapter does not compile. */
export const toolchains = { node, python, java, ruby, none } satisfies Record<ToolchainId, Toolchain>

/** Which toolchain runs a language. */
export const toolchainOf = {
  ts: 'node',
  py: 'python',
  java: 'java',
  rb: 'ruby',
  sql: 'none',
  git: 'none',
  docker: 'none',
  json: 'none',
  yaml: 'none',
} satisfies Record<Language, ToolchainId>
