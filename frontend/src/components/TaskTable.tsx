import type { TaskRow } from '../api/types'
import { formatAmount } from '../lib/format'
import { gateName, settlementName, taskPhaseWords } from '../lib/states'
import { Link } from '../router'
import { taskUrl } from '../url'
import { Badge } from './Badge'
import { ChainText } from './ChainText'
import { Meter } from './Meter'
import { Time } from './Time'

type TaskTableProps = {
  tasks: readonly TaskRow[]
  now: number
  /** On a page about something else: what each task has to do with it. */
  usesOf?: (task: TaskRow) => readonly string[]
}

export function TaskTable({ tasks, now, usesOf }: TaskTableProps) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Task</th>
            {usesOf && <th scope="col">Use</th>}
            <th scope="col">Phase</th>
            <th scope="col">Reward per slot</th>
            <th scope="col">Taken</th>
            <th scope="col">Paid</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <TaskLine key={task.id} task={task} now={now} uses={usesOf?.(task)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function TaskLine({ task, now, uses }: { task: TaskRow; now: number; uses: readonly string[] | undefined }) {
  const { words, tone } = taskPhaseWords(task.phase)
  return (
    <tr>
      <td className="strong">
        <Link to={taskUrl(task.id)}>
          <ChainText>{task.title}</ChainText>
        </Link>
        <span className="sub">
          {settlementName(task.kind)}
          {task.gateKind !== 'open' && `, ${gateName(task.gateKind)}`}
        </span>
      </td>
      {uses && (
        <td data-label="Use">
          <ul>
            {uses.map((use) => (
              <li key={use}>{use}</li>
            ))}
          </ul>
        </td>
      )}
      <td data-label="Phase">
        <Badge tone={tone}>{words}</Badge>
      </td>
      <td data-label="Reward per slot" className="nowrap">
        {formatAmount(task.rewardPerSlot, task.token)}
      </td>
      <td data-label="Taken">
        <Meter done={task.joined} total={task.slots} label="slots taken" />
      </td>
      <td data-label="Paid">
        <Meter done={task.paid} total={task.slots} label="slots paid" />
      </td>
      <td data-label="Created" className="nowrap">
        <Time seconds={task.createdAt} now={now} />
      </td>
    </tr>
  )
}
