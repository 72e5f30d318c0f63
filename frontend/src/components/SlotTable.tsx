import type { SlotRow } from '../api/types'
import { formatAmount, sentence } from '../lib/format'
import { agreementWords } from '../lib/score'
import { slotWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, submissionUrl } from '../url'
import { Badge } from './Badge'
import { Hash } from './Hash'
import { Time } from './Time'

type SlotTableProps = {
  slots: readonly SlotRow[]
  token?: string
  /** Of the task, when all slots are of one. */
  goldCount?: number | null
  now: number
  showTask?: boolean
}

/** Slots with how far each has come. */
export function SlotTable({ slots, token, goldCount = null, now, showTask = false }: SlotTableProps) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Slot</th>
            <th scope="col">State</th>
            <th scope="col">{showTask ? 'Task' : 'Worker'}</th>
            <th scope="col">Result</th>
            <th scope="col">Updated</th>
          </tr>
        </thead>
        <tbody>
          {slots.map((slot) => (
            <SlotLine
              key={`${slot.taskId}/${slot.number}`}
              slot={{ ...slot, goldCount: slot.goldCount ?? goldCount }}
              token={token}
              now={now}
              showTask={showTask}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SlotLine({ slot, token, now, showTask }: { slot: SlotRow; token?: string; now: number; showTask: boolean }) {
  const { words, tone } = slotWords(slot)
  return (
    <tr>
      <td className="strong">
        <Link to={submissionUrl(slot.taskId, slot.number)}>Slot {slot.number}</Link>
      </td>
      <td data-label="State">
        <Badge tone={tone}>{words}</Badge>
      </td>
      <td data-label={showTask ? 'Task' : 'Worker'}>
        {showTask ? (
          <Hash value={slot.taskId} label="task id" to={submissionUrl(slot.taskId, slot.number)} />
        ) : (
          <Hash value={slot.worker} label="worker's address" to={accountUrl(slot.worker)} />
        )}
      </td>
      <td data-label="Result">{resultOf(slot, token)}</td>
      <td data-label="Updated">
        <Time seconds={slot.updatedAt} now={now} />
      </td>
    </tr>
  )
}

/** What came of the slot; without the task's token an amount would have no unit. */
function resultOf(slot: SlotRow, token: string | undefined): string {
  return sentence([agreementWords(slot), outcomeOf(slot, token)].filter(Boolean).join(', ')) || 'None yet'
}

function outcomeOf({ state, passed, reward, returnedAmount }: SlotRow, token: string | undefined): string {
  if (reward !== null) {
    const part = returnedAmount !== null && returnedAmount !== '0' ? ' (a part)' : ''
    return token === undefined ? `reward paid${part}` : `${formatAmount(reward, token)} paid${part}`
  }
  if (state === 'scored' && passed === false) return 'reward held until nobody can overturn it'
  return state === 'returned' ? 'reward returned' : ''
}
