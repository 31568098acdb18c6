// @ts-check
/** Prints one line of JSON when a run has ended: which cases were red, and how many there were. */
export class LineReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    const cases = modules.flatMap((module) => [...module.children.allTests()])
    const red = cases.filter((c) => c.result().state === 'failed').map((c) => c.meta().id)
    process.stdout.write(`${JSON.stringify({ red, ran: cases.length })}\n`)
  }
}
