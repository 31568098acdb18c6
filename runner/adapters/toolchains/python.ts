import { join } from 'node:path'
import { packedPython } from '../packs/places.ts'
import { findPython, howToInstallPython, pythonCommands } from '../process/find-python.ts'
import { baseLaunch } from './launch.ts'
import type { Prepared, PrepareRequest, Toolchain, ToolchainProbe } from './types.ts'

const child = join(import.meta.dirname, '../../harness/children/python/python_module.py')
const runner = join(import.meta.dirname, '../../harness/children/python/run_unittest.py')

export const python: Toolchain = {
  id: 'python',
  title: 'Python',
  needs: 'Python 3.10 or newer (python3)',
  commands: pythonCommands,
  probe,
  prepare,
  howToInstall: howToInstallPython,
}

async function probe(): Promise<ToolchainProbe> {
  const found = await findPython()
  if (!found) return { ready: false, version: null, tools: {} }
  const [major = 0, minor = 0] = found.version
  return { ready: major === 3 && minor >= 10, version: found.version.join('.'), tools: { python: found.path } }
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
  return packs.includes('python-django') ? packedPython(cache) : (tools['python'] ?? 'python3')
}
