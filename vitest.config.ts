import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Real processes, git and servers: two at once on two cores, and time for a loaded machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['runner/**/*.test.ts'],
          // Fixture suites are run by the engine, never by vitest itself.
          exclude: ['runner/testing/{catalog,red-team,class}/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // Bombs and floods within bounds still load the machine: alone, and after everything that has a clock.
        test: {
          name: 'grading',
          include: ['runner/testing/{red-team,class}/*.test.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
