import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LineReporter } from './line-reporter.mjs'

const here = import.meta.dirname

/** As vitest comes, but for what the suite needs and where a folder with linked packages may write. */
export default defineConfig({
  cacheDir: join(here, '.vite'),
  resolve: { alias: { '#harness': join(here, 'harness.ts') } },
  test: {
    include: ['suite/*.test.ts'],
    // A server's or a program's source is imported by no test.
    forceRerunTriggers: ['**/src/main.ts'],
    reporters: process.env['BENCH_LINES'] ? [new LineReporter()] : ['default'],
  },
})
