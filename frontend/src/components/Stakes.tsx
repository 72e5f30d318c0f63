import type { AccountRow, StakeMovementRow, StakeRow } from '../api/types'
import { formatAmount, formatRelative } from '../lib/format'
import { movementWords } from '../lib/states'
import { accountUrl, taskUrl } from '../url'
import { Badge } from './Badge'
import { Card } from './Card'
import { Fact, Facts } from './Facts'
import { Hash } from './Hash'
import { Time } from './Time'

/** What an account has in the stake vault, what is locked for which task, and what moved. */
export function Stakes({ account, now }: { account: AccountRow; now: number }) {
  if (account.stakes.length === 0) return null
  return (
    <Card title="Stakes" note="In the vault">
      {account.stakes.map((stake) => (
        <StakeFacts key={stake.token} stake={stake} now={now} />
      ))}
      {account.lockedStakes.length > 0 && (
        <ul className="allow-list">
          {account.lockedStakes.map(({ taskId, token, locked }) => (
            <li key={taskId}>
              {formatAmount(locked, token)} locked for <Hash value={taskId} label="task id" to={taskUrl(taskId)} />
            </li>
          ))}
        </ul>
      )}
      <MovementTable account={account.address} movements={account.stakeMovements} now={now} />
    </Card>
  )
}

function StakeFacts({ stake, now }: { stake: StakeRow; now: number }) {
  const { token } = stake
  return (
    <Facts>
      <Fact label="Free">{formatAmount(stake.free, token)}</Fact>
      <Fact label="Locked">{formatAmount(stake.locked, token)}</Fact>
      <Fact label="On its way out">
        {formatAmount(stake.unbonding, token)}
        {stake.withdrawableAt !== null && <small>{formatRelative(Number(stake.withdrawableAt), now)}</small>}
      </Fact>
      <Fact label="Ever slashed">
        {formatAmount(stake.slashed, token)}
        {stake.burned !== '0' && <small>and {formatAmount(stake.burned, token)} burned</small>}
        <small>{formatAmount(stake.gained, token)} got from others</small>
      </Fact>
    </Facts>
  )
}

type MovementTableProps = { account: string; movements: readonly StakeMovementRow[]; now: number }

function MovementTable({ account, movements, now }: MovementTableProps) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Amount</th>
            <th scope="col">What</th>
            <th scope="col">For</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {movements.map((movement) => (
            <MovementLine key={movement.id} account={account} movement={movement} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function MovementLine({ account, movement, now }: { account: string; movement: StakeMovementRow; now: number }) {
  const gained = movement.kind === 'slash' && movement.beneficiary === account && movement.account !== account
  const { words, tone } = gained ? ({ words: 'Got', tone: 'good' } as const) : movementWords(movement.kind)
  const other = gained ? movement.account : movement.beneficiary
  return (
    <tr>
      <td className="strong">{formatAmount(movement.amount, movement.token)}</td>
      <td data-label="What">
        <Badge tone={tone}>{words}</Badge>
        {other && (
          <span className="sub">
            {gained ? 'from' : 'to'} <Hash value={other} label="other account" to={accountUrl(other)} />
          </span>
        )}
      </td>
      <td data-label="For">
        {movement.taskId ? <Hash value={movement.taskId} label="task id" to={taskUrl(movement.taskId)} /> : 'No task'}
      </td>
      <td data-label="Time" className="nowrap">
        <Time seconds={movement.timestamp} now={now} />
      </td>
    </tr>
  )
}
