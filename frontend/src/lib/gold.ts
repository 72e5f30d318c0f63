import { neededAgreements, type Rules } from '@veritask/sdk'
import { MIN_ANSWERS, MIN_SUBMITTED, unauditableBecause } from '@veritask/sdk/phase'
import type { GoldAuditRow, TaskRow } from '../api/types'
import { formatTime, plural } from './format'

type GoldTask = Pick<TaskRow, 'kind' | 'slots'> & { readonly rules?: Rules | undefined }

/** What no rule can stop in a task of hidden gold, for whoever is about to join: the worst first. Null for other tasks. */
export function goldRisks({ kind, slots, rules }: GoldTask): { severe: boolean; lines: string[] } | null {
  if (kind !== 'hidden-gold' || rules === undefined) return null
  const because = unauditableBecause({
    submitted: slots,
    goldCount: rules.goldCount,
    neededAgreements: neededAgreements(rules),
  })
  return { severe: because !== undefined, lines: [...severeRisk(because, slots), ...COMMON_RISKS] }
}

function severeRisk(because: ReturnType<typeof unauditableBecause>, slots: number): string[] {
  switch (because) {
    case undefined:
      return [
        `A rejection is provisional and can be overturned by the others' labels, if ${MIN_SUBMITTED} or more submit. With fewer there is no third opinion: a requester with rigged gold has their labels for nothing.`,
      ]
    case 'third-opinion':
      return [
        `${plural(slots, 'slot')} leave no third opinion: no rejection can be overturned, and a requester with rigged gold has the labels for nothing. No rejection costs a stake here.`,
      ]
    case 'few-items':
      return [
        `So few gold items decide that a rejection by the least of them cannot be overturned: the others have fewer than ${MIN_ANSWERS} answers to them. No such rejection costs a stake.`,
      ]
    default:
      return because satisfies never
  }
}

const COMMON_RISKS = [
  'Whoever owns most of the accounts that answer owns the ruling: a majority that colludes, or accepted accounts of the requester itself. Only a gate that tells people apart helps.',
]

type Rejections = Pick<
  TaskRow,
  'kind' | 'rejected' | 'upheld' | 'openAudits' | 'rejectionsPendingUntil' | 'mayAsk' | 'deadlines'
>

/** Whether rejections of a task can still be overturned, until when and how; null when nobody has to know. */
export function rejectionWords(task: Rejections): { tone: 'wait' | 'good'; text: string } | null {
  const { kind, rejected, upheld, openAudits, rejectionsPendingUntil: until, mayAsk, deadlines } = task
  if (kind !== 'hidden-gold' || rejected === 0) return null
  if (upheld)
    return {
      tone: 'good',
      text: 'An audit found the gold rigged: every rejected slot is paid in full as it is settled, and the requester has lost its bond, which is burned.',
    }
  if (until === null) return null
  const open =
    openAudits > 0 ? ` ${plural(openAudits, 'audit')} of the gold ${openAudits === 1 ? 'is' : 'are'} open.` : ''
  const ask = mayAsk
    ? ` Each rejected worker may ask for an audit of the gold until ${time(deadlines.disputableUntil)} (task dispute of the command line).`
    : ''
  return {
    tone: 'wait',
    text: `${plural(rejected, 'slot')} rejected, provisionally: reward, stake and the requester's bond stay held until ${time(until)} at least.${open}${ask}`,
  }
}

/** Where an audit stands. `over`: another audit of the task was upheld before it was decided. */
export function auditWords({ ruling, answerBy, panel, panelSize, beaconBlock }: GoldAuditRow, over: boolean): string {
  switch (ruling) {
    case 'upheld':
      return 'The others side with the worker, or the requester did not answer: everyone it rejected is paid in full, and its bond is burned.'
    case 'dismissed':
      return 'The others side with the gold: this rejection stands, and the challenger loses its bond.'
    case 'void':
      return 'The answers show neither side to be right, or a key was frozen before they were proven: nobody loses by it.'
    case null:
      if (over) return 'Another audit of the task was upheld: this one is over with it, and its bond goes back.'
      if (panel === null)
        return `Block ${beaconBlock} draws the panel of ${panelSize}. The requester has until ${time(answerBy)} to prove what it answers.`
      return `The requester has until ${time(answerBy)} to prove on whose side the panel is.`
    default:
      return ''
  }
}

const time = (seconds: string | null) => formatTime(Number(seconds ?? 0))
