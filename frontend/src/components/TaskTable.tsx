import type { TaskRow } from '../api/types'
import { formatAmount } from '../lib/format'
import { gateName, settlementName, taskPhaseWords } from '../lib/states'
import { Link } from '../router'
import { taskUrl } from '../url'
import { Badge } from './Badge'
import { ChainText } from './ChainText'
import { Meter } from './Meter'
import { Time } from './Time'

export function TaskTable({ tasks, now }: { tasks: readonly TaskRow[]; now: number }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Phase</th>
            <th scope="col">Reward per slot</th>
            <th scope="col">Taken</th>
            <th scope="col">Paid</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <TaskLine key={task.id} task={task} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function TaskLine({ task, now }: { task: TaskRow; now: number }) {
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
