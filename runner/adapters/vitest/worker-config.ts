import type { SerializedConfig } from 'vitest'

/** The order of a suite's cases, drawn from a seed. */
export interface Shuffle {
  seed: number
}

/**
 * What vitest's server side would hand to its worker: the keys that the worker reads, with the values our engine
 * needs (engine.test.ts compares them with what the stock engine hands over). A suite's time is limited by the harness.
 */
export function workerConfig(root: string, shuffle: Shuffle | null, firstRed = false): SerializedConfig {
  const config = {
    root,
    name: '',
    pool: 'threads',
    isolate: false,
    globals: false,
    injectCjsGlobals: true,
    setupFiles: [],
    allowOnly: true,
    testTimeout: 0,
    hookTimeout: 60_000,
    retry: 0,
    ...(firstRed ? { bail: 1 } : {}),
    maxConcurrency: 5,
    clearMocks: true,
    mockReset: false,
    restoreMocks: false,
    unstubEnvs: false,
    unstubGlobals: false,
    expect: {},
    fakeTimers: { loopLimit: 10_000, shouldClearNativeTimers: true },
    snapshotSerializers: [],
    snapshotOptions: { updateSnapshot: 'none', snapshotFormat: {}, expand: false },
    sequence: { seed: shuffle?.seed ?? 1, hooks: 'stack', ...(shuffle ? { shuffle: true } : {}) },
    coverage: { enabled: false },
    inspector: { enabled: false, waitForDebugger: false, openInMainProcess: false },
    detectAsyncLeaks: false,
    disableConsoleIntercept: false,
    printConsoleTrace: false,
    disableColors: true,
    benchmark: { enabled: false, retainSamples: false, suppressExportGetterWarnings: false, projectName: '' },
    deps: { interopDefault: true, moduleDirectories: ['/node_modules/'] },
    defines: {},
    serializedDefines: '',
    env: {},
    tags: [],
    strictTags: true,
    slowTestThreshold: 300,
    taskTitleValueFormatTruncate: 40,
    experimental: {
      viteModuleRunner: true,
      nodeLoader: true,
      recordDependencies: false,
      traceTimeline: false,
      importDurations: { print: false, failOnDanger: false, limit: 0, thresholds: { warn: 100, danger: 500 } },
    },
  }
  // Keys of the browser mode and of reporters are left out: nothing on our path reads them.
  return config as unknown as SerializedConfig
}
