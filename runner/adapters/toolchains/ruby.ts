import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packedRuby } from '../packs/places.ts'
import { findCommand } from '../process/find-command.ts'
import { commandLine } from '../../errors/command-line.ts'
import { runCommand } from '../process/run-command.ts'
import { baseLaunch } from './launch.ts'
import type { Prepared, PrepareRequest, Toolchain, ToolchainProbe } from './types.ts'

const child = join(import.meta.dirname, '../../harness/children/ruby/ruby_module.rb')
const runner = join(import.meta.dirname, '../../harness/children/ruby/run_minitest.rb')

export const ruby: Toolchain = {
  id: 'ruby',
  title: 'Ruby',
  needs: 'Ruby 3.0 or newer (ruby) with its bundled minitest',
  commands: ['ruby'],
  probe,
  prepare,
  howToInstall: () => commandLine('setup', 'ruby'),
}

/** The interpreter to use: the machine's, else the pack's. */
function findRuby(cache: string): string | null {
  const packed = packedRuby(cache)
  return findCommand('ruby')?.path ?? (existsSync(packed) ? packed : null)
}

async function probe(cache: string): Promise<ToolchainProbe> {
  const found = findRuby(cache)
  const script = 'require "rbconfig"; require "minitest"; puts RUBY_VERSION, RbConfig.ruby'
  const result = found === null ? null : await runCommand([found, '-e', script])
  if (found === null || !result || result.code !== 0) return { ready: false, version: null, tools: {} }
  // A version manager's shim answers with the interpreter behind it; the pack's goes through its script.
  const [version = '', executable = ''] = result.stdout.split('\n')
  return {
    ready: Number(version.split('.')[0]) >= 3,
    version,
    tools: { ruby: found === packedRuby(cache) ? found : executable },
  }
}

async function prepare(request: PrepareRequest): Promise<Prepared> {
  const interpreter = [request.tools['ruby'] ?? 'ruby', '--disable=did_you_mean', '-Eutf-8']
  return {
    ok: true,
    launch: {
      ...baseLaunch(request, { ruby: interpreter }),
      loadFailure: [
        { pattern: '^.*syntax error.*$', flags: 'm' },
        { pattern: '^.*\\(LoadError\\).*$', flags: 'm' },
      ],
      ...(request.asModule
        ? { subject: { command: [...interpreter, child], loads: join(request.folder, request.recipe.run[1] ?? '') } }
        : {}),
      ...(request.withTests ? { testTool: { command: [...interpreter, runner], together: false, env: {} } } : {}),
    },
  }
}
