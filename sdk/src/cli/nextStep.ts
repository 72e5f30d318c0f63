import { isAddressEqual, zeroAddress } from 'viem'
import type { Slot, Task } from '../actions/index.js'

/** Who has to act next, and with which command. */
export type NextStep = {
  readonly who: 'requester' | 'workers' | 'aggregator' | 'anyone' | 'nobody'
  readonly what: string
  readonly command: string | null
}

/** The next step of a task, from its phase and its slots. */
export function nextStepOf(task: Task, slots: readonly Slot[]): NextStep {
  const { taskId, kind } = task
  const step = (who: NextStep['who'], what: string, command?: string): NextStep => ({
    who,
    what,
    command: command === undefined ? null : `veritask ${command}`,
  })
  const unwrapped = slots.filter(({ state, wrappedAt }) => state === 'joined' && wrappedAt === 0n).length
  const wrap = step('requester', `give ${count(unwrapped, 'worker')} the key to the items`, `task assign ${taskId}`)
  const labelled = 'rules' in task
  switch (task.phase) {
    case 'joining':
      return labelled && unwrapped > 0 ? wrap : step('workers', 'take a free slot', `work join ${taskId}`)
    case 'drawing':
      return step('requester', 'draw the items: anyone may draw the beacon', `task seed ${taskId}`)
    case 'committing':
      return unwrapped > 0 ? wrap : step('workers', 'label and commit', `work commit ${taskId} --labels FILE`)
    case 'opening':
      return step('requester', 'open the gold', `task open-gold ${taskId}`)
    case 'proving':
      return kind === 'direct'
        ? step('workers', 'prove the statement', `work prove-statement ${taskId} --proof FILE`)
        : step('workers', 'prove agreement with the gold and be paid', `work prove ${taskId}`)
    case 'delivering':
      return step('workers', 'deliver the committed labels', `work prove ${taskId}`)
    case 'aggregating': {
      const own = kind === 'consensus' && !isAddressEqual(task.terms.aggregator, zeroAddress)
      return step(own ? 'aggregator' : 'requester', 'prove the consensus', `task settle ${taskId}`)
    }
    case 'submitting':
      return unwrapped > 0 ? wrap : step('workers', 'label, prove and submit', `work prove ${taskId} --labels FILE`)
    case 'scoring':
      return step('requester', 'prove the scores; silence pays the workers', `task score ${taskId}`)
    case 'disputable':
      return step('workers', 'who was rejected may ask for an audit of the gold', `task dispute ${taskId} --slot N`)
    case 'auditing':
      return step('requester', 'prove the panels of the audits, or lose the bond', `task audit ${taskId}`)
    case 'claiming':
      return step('workers', 'claim the statement', `work claim-statement ${taskId}`)
    case 'challenging':
      return step('anyone', 'dispute a claim that is wrong', `task dispute ${taskId} --slot N`)
    case 'disputed':
      return step('workers', 'prove the disputed claim', `work prove-statement ${taskId} --slot N --proof FILE`)
    case 'settling':
    case 'halted':
      return step('anyone', 'settle what is left', `task settle ${taskId}`)
    case 'completed':
    case 'cancelled':
      return step('nobody', 'the task is over')
    default:
      return task.phase satisfies never
  }
}

/** One line; the deadline is that of the phase. */
export const nextStepText = ({ who, what, command }: NextStep): string =>
  who === 'nobody' ? what : `${who}: ${what}${command === null ? '' : ` (${command})`}`

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
