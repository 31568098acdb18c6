import { join } from 'node:path'
import { findCommand } from '../process/find-command.ts'
import { runCommand } from '../process/run-command.ts'
import { baseLaunch } from './launch.ts'
import type { Prepared, PrepareRequest, Toolchain, ToolchainProbe } from './types.ts'

const script = 'import sys, json; print(json.dumps([list(sys.version_info[:3]), sys.executable]))'
const child = join(import.meta.dirname, '../../harness/children/python/python_module.py')
const runner = join(import.meta.dirname, '../../harness/children/python/run_unittest.py')

export const python: Toolchain = {
  id: 'python',
  title: 'Python',
  needs: 'Python 3.10 or newer (python3)',
  commands: ['python3', 'python'],
  probe,
  prepare,
  howToInstall: (platform) => (platform === 'darwin' ? 'brew install python' : 'sudo apt-get install python3'),
}

async function probe(): Promise<ToolchainProbe> {
  for (const name of ['python3', 'python']) {
    const found = findCommand(name)
    const result = found && (await runCommand([found.path, '-c', script]))
    if (!result || result.code !== 0) continue
    // A version manager's shim answers with the interpreter behind it; that one is started from then on.
    const [version, executable] = JSON.parse(result.stdout) as [number[], string]
    const ready = (version[0] ?? 0) === 3 && (version[1] ?? 0) >= 10
    return { ready, version: version.join('.'), tools: { python: executable } }
  }
  return { ready: false, version: null, tools: {} }
}

async function prepare(request: PrepareRequest): Promise<Prepared> {
  const interpreter = [pythonOf(request), '-B', '-X', 'utf8', '-u']
  const launch = baseLaunch(request, { python: interpreter })
  return {
    ok: true,
    launch: {
      ...launch,
      loadFailure: [
        { pattern: '^(SyntaxError|IndentationError|TabError|ModuleNotFoundError|ImportError): .*$', flags: 'm' },
        { pattern: "can't open file .*$", flags: 'm' },
      ],
      ...(request.asModule
        ? { subject: { command: [...interpreter, child], loads: join(request.folder, request.recipe.run[1] ?? '') } }
        : {}),
      ...(request.withTests ? { testTool: { command: [...interpreter, runner], together: false, env: {} } } : {}),
    },
  }
}

/** A pack brings a virtual environment of its own. */
function pythonOf({ packs, cache, tools }: PrepareRequest): string {
  const environment = packs.includes('python-django')
    ? join(cache, 'packs', 'python-django', 'venv', 'bin', 'python')
    : null
  return environment ?? tools['python'] ?? 'python3'
}
