import { WHOLE_TASK } from '../../../context.js'
import { KeyNotActiveError } from '../../../errors/contract.js'
import { filterEvents, type VeritaskEventNamed } from '../../../events/decode.js'
import { VerifyingKeyMalformedError } from '../../../proving/groth16.js'
import type { ReleaseManifest } from '../../../proving/types.js'
import type { SlotEnding } from '../../../states.js'
import type { Slot, TaskState } from '../../types.js'
import {
  ReceiptNotFoundError,
  type ReceiptStatement,
  type VerifyReceiptReturnType,
  verifyReceipt,
} from '../../verifyReceipt.js'
import { freezeText } from '../keyFreeze.js'
import type { Report, Standing } from './checks.js'

const statementTexts: { readonly [statement in ReceiptStatement]: string } = {
  'open-gold': 'legal labels that agree with the opened gold often enough, and are what was delivered',
  legality: 'legal labels, which are what was delivered',
  score: 'the exact agreement with the hidden gold',
  audit: 'on whose side it is, of the gold and the challenger',
  consensus: 'the majority, and how far each worker agrees with it',
  tally: 'the votes of some workers were added to the counts',
  decide: 'the majority under the committed counts',
  agree: 'how far some workers agree with the majority',
  direct: 'the statement of the task',
  optimistic: 'the statement of the task, proven in a dispute',
}

/** Checks every receipt here, and gives what the sound ones state. */
export async function checkReceipts(
  { client, deployment }: Standing,
  receipts: readonly VeritaskEventNamed<'ReceiptIssued'>[],
  report: Report,
  manifest: ReleaseManifest | null | undefined,
): Promise<readonly ReceiptStatement[]> {
  const sound: ReceiptStatement[] = []
  for (const { args } of receipts) {
    const { receiptId, keyId, slot } = args
    const about = { receiptId, ...(slot === WHOLE_TASK ? {} : { slot }) }
    const found = await verifyReceipt(client, { deployment, receiptId, manifest }).catch(unlessReceiptIsAtFault)
    if (found instanceof KeyNotActiveError) {
      report.skipped('proof', `the chain checks no proofs under key ${keyId} any more`, about)
      report.leaveOpen(`What receipt ${receiptId} states: only the chain could check it, and its key is not active.`)
    } else if (found instanceof Error) report.failed('proof', found.shortMessage, about)
    else {
      const bad = found.checks.filter(({ passed }) => !passed)
      const { statement } = found.receipt
      if (bad.length > 0) report.failed('proof', `${statement} does not hold: ${bad.map(named).join(' ')}`, about)
      else {
        report.ok('proof', soundText(found), about)
        sound.push(statement)
      }
    }
  }
  return sound
}

const named = ({ name, description }: VerifyReceiptReturnType['checks'][number]) => `${name} (${description})`

function soundText({ receipt, checks, laterFreeze }: VerifyReceiptReturnType): string {
  const byChain = checks.some(({ name, description }) => name === 'proof' && description.startsWith('The chain'))
  const how = byChain ? 'by the chain, asked again' : 'here'
  const since = laterFreeze ? `; its key was frozen since: ${freezeText(laterFreeze)}` : ''
  return `${statementTexts[receipt.statement]}: checked ${how} under key ${receipt.keyId}${since}`
}

/** What is wrong with a receipt or its key is found out; what is wrong with the node is thrown. */
function unlessReceiptIsAtFault(error: unknown) {
  if (
    error instanceof KeyNotActiveError ||
    error instanceof ReceiptNotFoundError ||
    error instanceof VerifyingKeyMalformedError
  )
    return error
  throw error
}

const paidSilently = 'not proven: paid because the other side was silent past its deadline'
const undisputed = 'not proven, undisputed: nobody doubted the claim within its window'

/** How a slot ended is what is proven of it; where it is not, that is said. */
export function checkGrounds(standing: Standing, slot: Slot, report: Report, sound: readonly ReceiptStatement[]): void {
  const { task, events } = standing
  const about = { slot: slot.slot }
  const which = `Slot ${slot.slot}`
  switch (slot.ending) {
    case 'proven':
    case 'rejected': {
      const needed = groundsOf(task)
      if (!sound.some((statement) => needed.includes(statement)))
        report.failed(
          'proof',
          `it ended "${slot.ending}", and no sound proof of ${needed.join(' or ')} stands behind that`,
          about,
        )
      if (task.kind === 'consensus' && !filterEvents(events, 'SlotAgreed').some(({ args }) => args.slot === slot.slot))
        report.failed('proof', 'no proof of the aggregator names its agreement', about)
      break
    }
    case 'silent':
      report.skipped('proof', task.kind === 'optimistic' ? undisputed : paidSilently, about)
      report.leaveOpen(
        task.kind === 'optimistic'
          ? `${which}: that its claim is true. It was claimed, and nobody disputed it.`
          : `${which}: how good its labels are. It was paid because the other side was silent.`,
      )
      break
    case 'redressed':
      report.skipped('proof', 'not by a proof of its own: an audit found the gold rigged', about)
      report.leaveOpen(`${which}: how good its labels are. It was paid because the gold was rigged.`)
      break
    case 'none':
    case 'missed':
    case 'left':
    case 'lapsed':
    case 'disputed':
      if (sound.length === 0) report.skipped('proof', noneDue[slot.ending], about)
      break
    default: {
      const never: never = slot.ending
      throw never
    }
  }
}

const noneDue: {
  readonly [ending in Extract<SlotEnding, 'none' | 'missed' | 'left' | 'lapsed' | 'disputed'>]: string
} = {
  none: 'none yet',
  missed: 'none: it missed a deadline',
  left: 'none: its worker left',
  lapsed: 'none: a key was frozen, or nobody is at fault',
  disputed: 'none: its worker did not prove the claim when it was disputed',
}

/** What must be proven of a slot before it is paid or rejected by proof. */
function groundsOf(task: TaskState): readonly ReceiptStatement[] {
  switch (task.kind) {
    case 'open-gold':
      return ['open-gold', 'legality']
    case 'hidden-gold':
      return ['score']
    case 'consensus':
      return ['legality']
    case 'direct':
    case 'optimistic':
      return [task.kind]
    default: {
      const never: never = task
      return never
    }
  }
}
