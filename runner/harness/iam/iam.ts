import { decisionText, evaluate, type Decision, type IamRequest } from './evaluate.ts'
import { readPolicy, type Policy, type PolicyKind } from './policy.ts'
import { note, type RunState } from '../run/run-state.ts'
import { workspaceFiles } from '../run/workspace-files.ts'

/** The learner's IAM policies, read and evaluated as AWS documents it; nothing is sent anywhere. */
export interface Iam {
  /** A policy in the learner's files. One that IAM would refuse to save fails the case: others may not need it. */
  policy: (path: string, kind: PolicyKind) => Policy
  /** A policy of somebody else's, which the suite brings along. */
  other: (name: string, document: object, kind: PolicyKind) => Policy
  /** Decides one request; request, decision and the statement that decided go into the transcript. */
  decide: (policies: readonly Policy[], request: IamRequest) => Decision
}

export function iam(run: RunState): Iam {
  const files = workspaceFiles(run)
  return {
    policy: (path, kind) => accepted(path, files.read(path), kind),
    other: (name, document, kind) => accepted(name, JSON.stringify(document), kind),
    decide: (policies, request) => {
      const decision = evaluate(policies, request)
      note(run, 'request', requestText(request))
      note(run, 'decision', decisionText(decision))
      return decision
    },
  }
}

function accepted(name: string, text: string, kind: PolicyKind): Policy {
  const read = readPolicy(name, text, kind)
  if (!read.ok) throw new Error(`IAM refuses ${name}. ${read.problem}`)
  return read.policy
}

function requestText({ action, resource, principal, context = {} }: IamRequest): string {
  const who = Object.values(principal ?? {}).map((value) => ` by ${value}`)
  const keys = Object.entries(context).map(
    ([key, value]) => `\n${key} = ${Array.isArray(value) ? JSON.stringify(value) : String(value)}`,
  )
  return `${action}${resource === undefined ? '' : ` on ${resource}`}${who.join('')}${keys.join('')}`
}
