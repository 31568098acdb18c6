import { personIn, plainName } from '../submission/downloads.ts'
import { printable } from '../submission/printable.ts'
import { isLearnerId } from './gradebook-roster.ts'
import type { Learner } from './grading.ts'

/** What tells whose a submission is. */
export interface Claim {
  /** Of the file or folder that lies with the others. */
  name: string
  /** Path of the submission in it; empty where it is the whole. */
  inside: string
  /** The learner whom its receipt names; empty where there is none. */
  receipt: string
}

export interface Owner {
  learner: string
  refused?: { rule: string; message: string }
}

/** The others of the same batch: what they are called, and what was taken by its receipt alone so far. */
export interface Batch {
  roster: readonly Learner[]
  names: readonly string[]
  /** Learner → the claim. */
  claims: Map<string, string>
}

/**
 * Whose submission it is: the name of the file says it; where that is nobody of the roster, the receipt may. A receipt
 * alone never takes over the place of somebody whose own file is there, and of two such receipts the first is heard.
 */
export function ownerOf(claim: Claim, batch: Batch): Owner {
  const { roster } = batch
  const byName = byNameOf(claim.name, roster)
  const byReceipt = inRoster(claim.receipt, roster)
  if (byName !== null && byReceipt !== null && byName !== byReceipt)
    return refused(byName, 'other-learner', `It came as "${byName}", and its receipt says "${byReceipt}".`)
  if (byName !== null) return { learner: byName }
  if (roster.length > 0) {
    const learner = byReceipt ?? inRoster(innerName(claim.inside), roster)
    return learner === null
      ? refused(shownName(claim), 'not-in-roster', `"${shownName(claim)}" is nobody of the roster.`)
      : byWordAlone(claim, learner, batch)
  }
  const own = [claim.receipt, innerName(claim.inside)].find(isLearnerId)
  return own === undefined
    ? refused(shownName(claim), 'no-learner', 'Neither its name nor a receipt in it says whose it is.')
    : byWordAlone(claim, own, batch)
}

const refused = (learner: string, rule: string, message: string): Owner => ({ learner, refused: { rule, message } })

/** Without a roster each name is an id, but those that a platform gave. */
function byNameOf(name: string, roster: readonly Learner[]): string | null {
  const person = personIn(name)
  const plain = plainName(name)
  if (roster.length === 0) return person === null && isLearnerId(plain) ? plain : null
  return inRoster(name, roster) ?? inRoster(plain, roster) ?? (person === null ? null : personOf(person, roster))
}

/** What a learner may have written themselves: it is heard where nobody else has a better claim. */
function byWordAlone(claim: Claim, learner: string, { roster, names, claims }: Batch): Owner {
  const known = claims.get(learner) ?? names.find((name) => byNameOf(name, roster) === learner)
  const own = `${claim.name}/${plainName(claim.inside)}`
  if (known !== undefined && known !== own)
    return refused(
      shownName(claim),
      'other-learner',
      `It says that it is of "${learner}", and so does "${printable(known)}", which was taken. If it is theirs, name it "${learner}" and collect it again.`,
    )
  claims.set(learner, own)
  return { learner }
}

const innerName = (inside: string): string => plainName(inside.split('/').at(-1) ?? '')

/** The id of whoever is meant by an id, an account, a school's id or an address. */
function inRoster(word: string, roster: readonly Learner[]): string | null {
  const folded = word.toLowerCase()
  if (folded === '') return null
  const same =
    roster.find((l) => l.id.toLowerCase() === folded) ??
    roster.find((l) => [l.github, l.sisId, l.email].some((w) => w !== '' && w.toLowerCase() === folded))
  return same?.id ?? null
}

/** The id of the only one of this name. */
function personOf(person: string, roster: readonly Learner[]): string | null {
  const folded = person.toLowerCase()
  const same = roster.filter((l) => l.name.toLowerCase() === folded)
  return inRoster(person, roster) ?? (same.length === 1 ? (same[0]?.id ?? null) : null)
}

/** Names somebody unknown in a rejection: readable, and safe to show. */
const shownName = ({ name, inside }: Claim): string => printed(inside === '' ? name : `${name}/${inside}`)
const printed = (text: string): string =>
  text
    .replaceAll('/', '_')
    .replaceAll(/[^A-Za-z0-9._@-]/g, '_')
    .replace(/_+$/, '')
    .slice(0, 64) || '_'
