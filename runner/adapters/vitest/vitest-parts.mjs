/** What of vitest a suite's thread and the harness use, in one module: it is bundled (vitest-bundle.ts). */
export { init, runBaseTests, setupEnvironment } from 'vitest/worker'
export * from 'vitest'
