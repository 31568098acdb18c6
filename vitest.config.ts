import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['runner/**/*.test.ts'],
    // Fixture suites are run by the engine, never by vitest itself.
    exclude: ['runner/testing/catalog/**'],
    // Real processes, git and servers: two at once on two cores, and time for a loaded machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
