import { neededAgreements, type Rules } from '@veritask/sdk'
import { auditStanding, isRedressed, submissionsToOverturn, unauditableBecause } from '@veritask/sdk/phase'
import type { GoldAuditRow, TaskRow } from '../api/types'
import { formatTime, plural } from './format'

type GoldTask = Pick<TaskRow, 'kind' | 'slots'> & { readonly rules?: Rules | undefined }

/** What no rule can stop in a task of hidden gold, for whoever is about to join: the worst first. Null for other tasks. */
export function goldRisks({ kind, slots, rules }: GoldTask): { severe: boolean; lines: string[] } | null {
  if (kind !== 'hidden-gold' || rules === undefined) return null
  const gold = { goldCount: rules.goldCount, neededAgreements: neededAgreements(rules) }
  const because = unauditableBecause({ submitted: slots, ...gold })
  const severe = severeRisk(because, slots, submissionsToOverturn(gold))
  return { severe: because !== undefined, lines: [...severe, ...COMMON_RISKS] }
}

function severeRisk(because: ReturnType<typeof unauditableBecause>, slots: number, needed: number): string[] {
  switch (because) {
    case undefined:
      return [
        `A rejection is provisional and can be overturned by the others' labels, if ${needed} or more submit. With fewer, one by the least of the gold items cannot be: a requester with rigged gold has those labels for nothing.`,
      ]
    case 'third-opinion':
      return [
        `${plural(slots, 'slot')} ${slots === 1 ? 'leaves' : 'leave'} no third opinion: no rejection can be overturned, and a requester with rigged gold has the labels for nothing. No rejection costs a stake here.`,
      ]
    case 'few-items':
      return [
        `So few gold items decide that a rejection by the least of them cannot be overturned: that takes ${needed} submissions, and there are ${plural(slots, 'slot')}. No such rejection costs a stake.`,
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
  | 'kind'
  | 'rejected'
  | 'allRedressed'
  | 'overturnedItems'
  | 'openAudits'
  | 'unprovenAudits'
  | 'auditKeysFrozen'
  | 'rejectionsPendingUntil'
  | 'mayAsk'
  | 'deadlines'
>

/** Whether rejections of a task can still be overturned, until when and how; null when nobody has to know. `now` in seconds. */
export function rejectionWords(task: Rejections, now: number): { tone: 'wait' | 'good'; text: string } | null {
  const { kind, rejected, allRedressed, openAudits, rejectionsPendingUntil: until, mayAsk, deadlines } = task
  if (kind !== 'hidden-gold' || rejected === 0) return null
  if (allRedressed)
    return {
      tone: 'good',
      text: `${overturnedText(task)} Every rejected slot is paid in full as it is settled, and the requester has lost its bond, which is burned.`,
    }
  if (until === null) return null
  const held = now > Number(until) ? 'until open audits are decided' : `until ${time(until)} at least`
  const open =
    openAudits > 0 ? [`${plural(openAudits, 'audit')} of the gold ${openAudits === 1 ? 'is' : 'are'} open.`] : []
  const ask = mayAsk
    ? [
        `Each rejected worker may ask for an audit of the gold until ${time(deadlines.disputableUntil)} (task dispute of the command line), and should if it was wronged: another's audit may not reach it.`,
      ]
    : []
  const sentences = [
    `${plural(rejected, 'slot')} rejected, provisionally: reward, stake and the requester's bond stay held ${held}.`,
    ...(task.overturnedItems > 0
      ? [`${overturnedText(task)} Who would have passed with that is paid in full; the bond is burned.`]
      : []),
    ...open,
    ...dueWords(task, now),
    ...ask,
  ]
  return { tone: 'wait', text: sentences.join(' ') }
}

function overturnedText({ overturnedItems }: Pick<TaskRow, 'overturnedItems'>): string {
  return `Audits overturned ${plural(overturnedItems, 'item')} of the gold.`
}

/** Open audits that anyone may decide. */
function dueWords({ openAudits, unprovenAudits, auditKeysFrozen, deadlines }: Rejections, now: number): string[] {
  const late = unprovenAudits > 0 && now > Number(deadlines.answerBy ?? 0)
  const words = [
    ...(openAudits > unprovenAudits ? [`Of ${openAudits - unprovenAudits} the panel is proven.`] : []),
    ...(auditKeysFrozen && unprovenAudits > 0 ? ['A key is frozen: what is not proven is void.'] : []),
    ...(late && !auditKeysFrozen
      ? ['The requester has missed one: once it is decided, every rejected slot is paid.']
      : []),
  ]
  return words.length === 0 ? [] : [...words, DECIDE]
}

const DECIDE = 'Anyone may decide that now (task audit --close of the command line).'

export type AuditedTask = Pick<
  TaskRow,
  'allRedressed' | 'allowedMistakes' | 'overturnedItems' | 'mostDisputedItems' | 'auditKeysFrozen'
>

/** Where an audit stands. `now` in seconds. */
export function auditWords(audit: GoldAuditRow, task: AuditedTask, now: number): string {
  const { ruling, answerBy, panel, panelSize, audited, beaconBlock } = audit
  const progress = { answerBy: BigInt(answerBy), panelSize, audited, closed: ruling !== null }
  const gold = { ...task, allowedMistakes: task.allowedMistakes ?? 0 }
  const standing = auditStanding(progress, gold, BigInt(Math.floor(now)))
  switch (standing) {
    case 'closed':
      return rulingText(ruling, isRedressed(gold, audit.disputedItems))
    case 'over':
      return 'Others of the task were upheld, and every rejected slot is paid in full: this one is over, and its bond goes back.'
    case 'proven':
      return `The panel is proven. ${DECIDE}`
    case 'late':
      return `The requester did not prove the panel in time: this audit is lost for it, and with it the task. ${DECIDE}`
    case 'void':
      return `A key is frozen, so the panel cannot be proven: this audit is void, and its bond goes back. ${DECIDE}`
    case 'waiting':
      return panel === null
        ? `Block ${beaconBlock} draws the panel of ${panelSize}. The requester has until ${time(answerBy)} to prove what it answers.`
        : `The requester has until ${time(answerBy)} to prove on whose side the panel is.`
    default:
      return standing satisfies never
  }
}

/** @param redressed Whether the slot is paid all the same. */
function rulingText(ruling: GoldAuditRow['ruling'], redressed: boolean): string {
  switch (ruling) {
    case 'upheld':
      return 'The others side with the worker, or the requester did not answer: it is paid in full, and so is everyone who would have passed with what most of the panel overturned. The bond is burned.'
    case 'dismissed':
      return redressed
        ? 'The others side with the gold here, but with what other audits overturned this slot passes: it is paid too, and its bond goes back.'
        : 'The others side with the gold: this rejection stands. The challenger loses its bond, half to the requester and half to the treasury.'
    case 'void':
      return redressed
        ? 'The answers show neither side to be right, but with what other audits overturned this slot passes: it is paid.'
        : 'The answers show neither side to be right, or a key was frozen before they were proven: nobody loses by it.'
    default:
      return ''
  }
}

const time = (seconds: string | null) => formatTime(Number(seconds ?? 0))
