// Checks .github/workflows with actionlint where that is on PATH; it is no npm package, so where it is missing there is
// nothing to say. GitHub itself refuses a workflow that is wrong.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { error, status } = spawnSync('actionlint', [], { cwd: root, stdio: 'inherit' })
if (error && error.code !== 'ENOENT') throw error
process.exitCode = error ? 0 : (status ?? 1)
