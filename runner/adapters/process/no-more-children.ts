/**
 * Told to all threads at once, without their help: everything is being ended. A thread that starts a child asks after
 * it has written the child down, so that each child is either written down before the ledger is read, or ended by its
 * thread. For `workerData.closing` of a thread.
 */
export const closingFlag = new Int32Array(new SharedArrayBuffer(4))

export const noMoreChildren = (): void => void Atomics.store(closingFlag, 0, 1)
