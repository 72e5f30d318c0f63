import type { DisputeRow } from '../api/types'
import { formatAmount } from '../lib/format'
import { rulingWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, submissionUrl } from '../url'
import { Badge } from './Badge'
import { Hash } from './Hash'
import { Time } from './Time'

type DisputeTableProps = { disputes: readonly DisputeRow[]; now: number }

export function DisputeTable({ disputes, now }: DisputeTableProps) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Slot</th>
            <th scope="col">Ruling</th>
            <th scope="col">Challenger</th>
            <th scope="col">Bond</th>
            <th scope="col">Opened</th>
          </tr>
        </thead>
        <tbody>
          {disputes.map((dispute) => (
            <DisputeLine key={dispute.id} dispute={dispute} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function DisputeLine({ dispute, now }: { dispute: DisputeRow; now: number }) {
  const { words, tone } = rulingWords(dispute.ruling)
  return (
    <tr>
      <td className="strong">
        {dispute.taskId === undefined ? (
          `Slot ${dispute.slot}`
        ) : (
          <Link to={submissionUrl(dispute.taskId, dispute.slot)}>Slot {dispute.slot}</Link>
        )}
      </td>
      <td data-label="Ruling">
        <Badge tone={tone}>{words}</Badge>
      </td>
      <td data-label="Challenger">
        <Hash value={dispute.challenger} label="challenger's address" to={accountUrl(dispute.challenger)} />
      </td>
      <td data-label="Bond">
        {formatAmount(dispute.bond, dispute.token)}
        {dispute.beneficiary && (
          <span className="sub">
            lost, half to{' '}
            <Hash value={dispute.beneficiary} label="winner's address" to={accountUrl(dispute.beneficiary)} />
          </span>
        )}
      </td>
      <td data-label="Opened" className="nowrap">
        <Time seconds={dispute.openedAt} now={now} />
      </td>
    </tr>
  )
}
