import { type Hex, isAddressEqual } from 'viem'
import { KeyNotFoundError } from '../../../errors/contract.js'
import { filterEvents } from '../../../events/decode.js'
import { VerifyingKeyMalformedError } from '../../../proving/groth16.js'
import type { TaskState } from '../../types.js'
import { getVerifierKey, KeyContentMismatchError, type VerifierKey } from '../../verifierKeys.js'
import { freezeText } from '../keyFreeze.js'
import { isZero, type Report, type Standing } from './checks.js'

/** Every key that the terms name: its content, its proof system, and whether it still holds. */
export async function checkKeys(standing: Standing, report: Report): Promise<void> {
  const { client, deployment, task, events } = standing
  const used = new Set(filterEvents(events, 'ReceiptIssued').map(({ args }) => args.keyId))
  for (const [keyId, purposes] of pinnedKeys(task)) {
    const purpose = purposes.join(', ')
    const key = await getVerifierKey(client, { deployment, keyId }).catch((error: unknown) => {
      if (
        error instanceof KeyContentMismatchError ||
        error instanceof KeyNotFoundError ||
        error instanceof VerifyingKeyMalformedError
      )
        return error
      throw error
    })
    if (key instanceof Error) {
      report.failed('key', `for ${purpose}: ${key.shortMessage}`, { keyId })
      continue
    }
    const about = `for ${purpose}${key.circuit ? ` (${key.circuit})` : ''}`
    const expected = deployment.proofSystems[key.system]
    if (!expected || !isAddressEqual(expected, key.proofSystem))
      report.failed(
        'key',
        `${about}: checked by ${key.proofSystem}, where the deployment has ${expected ?? 'no system of that name'}`,
        { keyId },
      )
    else if (key.status !== 'frozen') {
      report.ok('key', `${about}: its content hashes to its id; ${key.status}`, { keyId })
      if (key.development && used.has(keyId))
        report.leaveOpen(
          `Anything, against whoever knows how key ${keyId} was made: it is a development key, no ceremony stands behind it.`,
        )
    } else reportFrozen(report, key, about, used.has(keyId))
  }
}

/** What was accepted before stands on the chain, and may be worth nothing. */
function reportFrozen(report: Report, key: VerifierKey, about: string, used: boolean): void {
  const why = key.freeze ? freezeText(key.freeze) : 'no reason given'
  const { keyId } = key
  if (used) report.failed('key', `${about}: FROZEN since. Proofs of this task rest on it. Why: ${why}`, { keyId })
  else report.skipped('key', `${about}: frozen, and no proof of this task rests on it. Why: ${why}`, { keyId })
}

/** Key id → what the task takes proofs under it for. */
function pinnedKeys(task: TaskState): ReadonlyMap<Hex, readonly string[]> {
  const named: Readonly<Record<string, unknown>> =
    'statement' in task.terms ? { statementKeyId: task.terms.statement.keyId } : task.terms
  const pinned = new Map<Hex, string[]>()
  for (const [name, value] of Object.entries(named)) {
    if (!name.endsWith('KeyId') || isZero(value as Hex)) continue
    pinned.set(value as Hex, [...(pinned.get(value as Hex) ?? []), name.slice(0, -'KeyId'.length)])
  }
  return pinned
}
