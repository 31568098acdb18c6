import type { ReadinessItem } from '../../app/ports.ts'
import { findCommand } from '../process/find-command.ts'
import { runCommand } from '../process/run-command.ts'

const patienceMs = 5_000

/** No exercise needs it; the Docker one can be tried by hand with it. The client alone builds nothing: its daemon is asked. */
export async function dockerItem(): Promise<ReadinessItem> {
  const needs = 'Docker, to build and start images by hand (no test needs it)'
  const item = { id: 'docker', optional: true, ready: false, version: null, needs }
  const found = findCommand('docker')
  if (found === null) return { ...item, howToInstall: 'https://docs.docker.com/engine/install' }
  const asked = await runCommand([found.path, 'version', '--format', '{{.Server.Version}}'], { timeoutMs: patienceMs })
  const version = asked.stdout.trim()
  if (asked.code === 0 && version !== '') return { ...item, ready: true, version, howToInstall: '' }
  return {
    ...item,
    howToInstall:
      'it is installed, but its daemon does not answer; start Docker Desktop, or: sudo systemctl start docker',
  }
}
