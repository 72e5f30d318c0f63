import type { Audit, Slot, Task } from '../actions/index.js'
import type { Rules } from '../labels/rules.js'
import { neededAgreements } from '../labels/rules.js'
import { askBy, MIN_ANSWERS, MIN_SUBMITTED, unauditableBecause } from '../phase.js'
import { time } from './output.js'

type HiddenGoldTask = Extract<Task, { kind: 'hidden-gold' }>

/**
 * What nobody can prevent in a task of hidden gold, to be known before joining or creating it. Undefined when its slots and gold leave
 * a way to be heard, which is not there if too few submit.
 */
export function goldWarning({ slots, rules }: { readonly slots: number; readonly rules: Rules }): string | undefined {
  const because = unauditableBecause({
    submitted: slots,
    goldCount: rules.goldCount,
    neededAgreements: neededAgreements(rules),
  })
  switch (because) {
    case undefined:
      return undefined
    case 'third-opinion':
      return `hidden gold with ${slots} ${slots === 1 ? 'slot' : 'slots'} leaves no third opinion. Below ${MIN_SUBMITTED} submissions no rejection can be overturned: rigged gold gets the labels for nothing. No rejection costs a stake then.`
    case 'few-items':
      return `so few gold items decide that a rejection by the least of them cannot be overturned: the other slots have fewer than ${MIN_ANSWERS} answers to them. No rejection costs a stake then, and rigged gold gets the labels for nothing.`
    default: {
      const never: never = because
      return never
    }
  }
}

/** Whether a rejection can still be overturned, until when, and what to do. */
export function rejectionLines(task: HiddenGoldTask): Record<string, string> {
  const { taskId, rejected, upheld, rejectionsPendingUntil: until, timestamp, auditWindow, terms } = task
  if (rejected === 0) return {}
  return { rejected: `${count(rejected, 'slot')}, ${standing()}`, ...auditLines(task.audits, upheld) }

  function standing(): string {
    if (upheld) return `redressed: the gold was rigged. Pay what is left with \`task settle ${taskId}\``
    if (until === undefined) return `decided. What is left ends with \`task settle ${taskId}\``
    const last = askBy({ scoreBy: terms.scoreBy, auditWindow })
    const ask = `its worker asks for a gold audit with \`task dispute ${taskId} --slot N\``
    if (timestamp <= terms.scoreBy)
      return `provisional until ${time(until)}: from ${time(terms.scoreBy)} to ${time(last)} ${ask}`
    const open = task.openAudits > 0 ? `; ${count(task.openAudits, 'audit')} open` : ''
    return `provisional until ${time(until)}${open}${task.mayAsk ? `; until ${time(last)} ${ask}` : ''}`
  }
}

function auditLines(audits: readonly Audit[], upheld: boolean): Record<string, string> {
  return Object.fromEntries(
    audits.map((audit) => [
      `audit of slot ${audit.slot}`,
      `${auditText(audit, upheld)}, asked for by ${audit.challenger}`,
    ]),
  )
}

function auditText(audit: Audit, upheld: boolean): string {
  const { ruling, audited, panelSize, withGold, withChallenger, answerBy, drawn, beaconBlock } = audit
  const answers = `${withGold} answers with the gold, ${withChallenger} with the challenger`
  if (ruling) return `${ruling}: ${audited} of ${panelSize} slots proven, ${answers}`
  if (upheld) return 'over: another was upheld'
  if (!drawn)
    return `its panel of ${panelSize} is drawn by block ${beaconBlock}, to be answered until ${time(answerBy)}`
  return `${audited} of ${panelSize} slots proven, ${answers}, until ${time(answerBy)}`
}

/** The state of a slot, where a rejection may be provisional. */
export function slotStateText({ state, ending, outcome, rejection }: Slot): string {
  if (ending !== 'none') return `${state} (${ending})`
  if (!rejection) return state
  return outcome === 'pending' ? 'rejected, provisionally' : `${state} (${outcome} when settled)`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Says it where it is in no one's way. */
export function warn(text: string | undefined): void {
  if (text !== undefined) process.stderr.write(`warning: ${text}\n`)
}
