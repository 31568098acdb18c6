// Asks the simulator about one request:
//   node simulate.mjs <action> <resource ARN> [key=value …]
//   node simulate.mjs sts:AssumeRole <service> [key=value …]
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [action, target, ...pairs] = process.argv.slice(2)
if (!action || !target) throw new Error('Name an action and the ARN of a resource (for sts:AssumeRole: a service).')

const trust = action.toLowerCase() === 'sts:assumerole'
const file = trust ? 'trust-policy.json' : 'policy.json'
const given = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
const context = { 'aws:SecureTransport': 'true', ...Object.fromEntries(given) }

const { readPolicy } = await simulator('policy.ts')
const { evaluate, decisionText } = await simulator('evaluate.ts')
const read = readPolicy(file, readFileSync(join(import.meta.dirname, file), 'utf8'), trust ? 'trust' : 'identity')
if (read.ok) {
  const request = trust ? { action, principal: { Service: target }, context } : { action, resource: target, context }
  console.log(decisionText(evaluate([read.policy], request)))
} else {
  console.log(`IAM refuses ${file}. ${read.problem}`)
}

/** A part of the gym's own simulator, some folders above this one. */
function simulator(part) {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'runner/harness/iam', part))) {
    if (folder === dirname(folder)) throw new Error('Start this inside the gym: the simulator is in its folder runner/.')
    folder = dirname(folder)
  }
  return import(pathToFileURL(join(folder, 'runner/harness/iam', part)).href)
}
