import type { Audit, Slot, Task } from '../actions/index.js'
import type { Rules } from '../labels/rules.js'
import { neededAgreements } from '../labels/rules.js'
import {
  type AuditStanding,
  allRedressed,
  askBy,
  auditStanding,
  submissionsToOverturn,
  unauditableBecause,
} from '../phase.js'
import { count, time } from './output.js'

type HiddenGoldTask = Extract<Task, { kind: 'hidden-gold' }>

type Gold = { readonly slots: number; readonly rules: Rules }

const thresholdOf = ({ rules }: Gold) => ({ goldCount: rules.goldCount, neededAgreements: neededAgreements(rules) })

/**
 * What nobody can prevent in a task of hidden gold, to be known before joining or creating it. Undefined when its slots and gold leave
 * a way to be heard, which is not there if too few submit (`overturnText`).
 */
export function goldWarning(task: Gold): string | undefined {
  const { slots } = task
  const because = unauditableBecause({ submitted: slots, ...thresholdOf(task) })
  switch (because) {
    case undefined:
      return undefined
    case 'third-opinion':
      return `hidden gold with ${count(slots, 'slot')} leaves no third opinion: no rejection can be overturned, and rigged gold gets the labels for nothing. One by the least of the gold items can be ${overturnText(task)}. No rejection costs a stake here.`
    case 'few-items':
      return `so few gold items decide that a rejection by the least of them cannot be overturned, and rigged gold gets those labels for nothing: it can be ${overturnText(task)}, and the task has ${count(slots, 'slot')}. No such rejection costs a stake.`
    default: {
      const never: never = because
      return never
    }
  }
}

/** From how many submissions on the nearest rejection of a task can be overturned. */
export function overturnText(task: Gold): string {
  return `overturned from ${submissionsToOverturn(thresholdOf(task))} submissions on`
}

/** Whether a rejection can still be overturned, until when, and what to do. */
export function rejectionLines(task: HiddenGoldTask): Record<string, string> {
  const { taskId, rejected, overturnedItems, rejectionsPendingUntil: until, timestamp, auditWindow, terms } = task
  if (rejected === 0) return {}
  return { rejected: `${count(rejected, 'slot')}, ${standing()}`, ...auditLines(task) }

  function standing(): string {
    const settle = `\`task settle ${taskId}\``
    const overturned = `audits overturned ${overturnedItems} of ${task.rules.goldCount} gold items`
    const ended = task.phase === 'completed'
    if (allRedressed(task)) return `redressed: ${overturned}${ended ? '' : `. Pay what is left with ${settle}`}`
    if (until === undefined) return ended ? 'decided' : `decided. What is left ends with ${settle}`
    const last = askBy({ scoreBy: terms.scoreBy, auditWindow })
    const ask = `its worker asks for a gold audit with \`task dispute ${taskId} --slot N\` (another's may not reach it)`
    if (timestamp <= terms.scoreBy)
      return `provisional until ${time(until)}: from ${time(terms.scoreBy)} to ${time(last)} ${ask}`
    const close = closeText(task)
    return [
      timestamp > until ? 'provisional' : `provisional until ${time(until)}`,
      ...(overturnedItems > 0 ? [`${overturned}, and ${settle} pays who lacks no more than that`] : []),
      ...(task.openAudits > 0 ? [`${count(task.openAudits, 'audit')} open`] : []),
      ...(close ? [close] : []),
      ...(task.mayAsk ? [`until ${time(last)} ${ask}`] : []),
    ].join('; ')
  }
}

/** How open audits are decided that anyone may decide now, which hold up every rejected slot; undefined when there are none. */
export function closeText(task: HiddenGoldTask): string | undefined {
  const due = task.audits.filter((audit) => isDue(auditStanding(audit, task, task.timestamp))).length
  if (due === 0) return undefined
  const which = due < task.openAudits ? `${due} of them` : due === 1 ? 'it' : 'them'
  return `anyone decides ${which} with \`${closeCommand(task)}\``
}

/** Whether anyone may decide an audit. */
const isDue = (standing: AuditStanding) => standing === 'proven' || standing === 'late' || standing === 'void'

const closeCommand = ({ taskId }: Pick<HiddenGoldTask, 'taskId'>) => `task audit ${taskId} --close`

function auditLines(task: HiddenGoldTask): Record<string, string> {
  return Object.fromEntries(
    task.audits.map((audit) => [
      `audit of slot ${audit.slot}`,
      `${auditText(audit, task)}, asked for by ${audit.challenger}`,
    ]),
  )
}

function auditText(audit: Audit, task: HiddenGoldTask): string {
  const { ruling, audited, panelSize, withGold, withChallenger, answerBy, drawn, beaconBlock } = audit
  const proven = `${audited} of ${panelSize} slots proven, ${withGold} answers with the gold, ${withChallenger} with the challenger`
  const overturned = audit.overturnedItems > 0 ? `, ${count(audit.overturnedItems, 'gold item')} overturned` : ''
  const close = `anyone decides it with \`${closeCommand(task)}\``
  const standing = auditStanding(audit, task, task.timestamp)
  switch (standing) {
    case 'closed':
      return `${ruling}: ${proven}${overturned}`
    case 'over':
      return 'over: every rejected slot is redressed'
    case 'proven':
      return `${proven}: ${close}`
    case 'late':
      return `${proven}: its time is over, and ${close}`
    case 'void':
      return `${proven}: a key is frozen, so it is void, and ${close}`
    case 'waiting':
      return drawn
        ? `${proven}, until ${time(answerBy)}`
        : `its panel of ${panelSize} is drawn by block ${beaconBlock}, to be answered until ${time(answerBy)}`
    default: {
      const never: never = standing
      return never
    }
  }
}

/** The state of a slot, where a rejection may be provisional. */
export function slotStateText({ state, ending, outcome, rejection }: Slot): string {
  if (ending !== 'none') return `${state} (${ending})`
  if (!rejection) return state
  return outcome === 'pending' ? 'rejected, provisionally' : `${state} (${outcome} when settled)`
}

/** Says it where it is in no one's way. */
export function warn(text: string | undefined): void {
  if (text !== undefined) process.stderr.write(`warning: ${text}\n`)
}
