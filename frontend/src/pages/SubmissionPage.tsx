import type { ReceiptRow, SubmissionRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { DisputeTable } from '../components/DisputeTable'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Callout, Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { VerifyPanel } from '../components/VerifyPanel'
import { useSubmission } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { formatAmount, formatBytes, formatInteger, plural } from '../lib/format'
import { deliverySize, hexBytes, namedSignals, proofWords, statementWords } from '../lib/receipt'
import { settlementName, slotWords } from '../lib/states'
import { accountUrl, keyUrl, tasksUrl, taskUrl } from '../url'

export default function SubmissionPage({ taskId, slot }: { taskId: string; slot: number }) {
  const submission = useSubmission(taskId, slot)
  return (
    <div className="stack">
      <QueryView query={submission} noun="this submission" lines={10}>
        {(data) => <SubmissionView submission={data} />}
      </QueryView>
    </div>
  )
}

function SubmissionView({ submission }: { submission: SubmissionRow }) {
  const { task, receipts } = submission
  const now = useNow()
  const { words, tone } = slotWords(submission)
  return (
    <>
      <PageHeader
        title={`Slot ${submission.number} of ${task.title}`}
        heading={`Slot ${submission.number}`}
        crumbs={[
          { label: 'Tasks', to: tasksUrl() },
          { label: task.title, to: taskUrl(task.id) },
        ]}
        eyebrow={
          <>
            <Badge tone={tone}>{words}</Badge>
            <Badge plain>{settlementName(task.kind)}</Badge>
          </>
        }
      />
      {receipts.length === 0 ? (
        <Card title="Receipt" flush>
          <Notice icon="empty" title="Nothing has been proven for this slot">
            <p>A receipt appears here in the block in which the chain verifies a proof.</p>
          </Notice>
        </Card>
      ) : (
        receipts.map((receipt) => <Receipt key={receipt.id} receipt={receipt} />)
      )}
      {submission.disputes.length > 0 && (
        <Card title="Disputes" flush>
          <DisputeTable disputes={submission.disputes} now={now} />
        </Card>
      )}
      <div className="columns">
        <Card title="Submission">
          <SubmissionFacts submission={submission} />
        </Card>
        <Card title="Delivered labels">
          <Delivery delivery={submission.delivery} />
        </Card>
      </div>
    </>
  )
}

function Receipt({ receipt }: { receipt: ReceiptRow }) {
  const { key } = receipt
  const words = proofWords(receipt.proof)
  return (
    <Card
      className="verify"
      title={statementWords(key.name)}
      note={
        <>
          Verified on-chain <Time seconds={receipt.timestamp} />
        </>
      }
    >
      <VerifyPanel receipt={receipt} />
      {key.development && (
        <Callout tone="wait" icon="alert">
          This is a development key: it comes from no multi-party ceremony, so whoever made it could forge proofs. Such
          keys work on local chains only.
        </Callout>
      )}
      <Facts>
        <Fact label="Key">
          <Hash value={key.id} label="key id" to={keyUrl(key.id)} />
          {key.name && <small>{key.name}</small>}
        </Fact>
        <Fact label="Receipt id">
          <Hash value={receipt.id} label="receipt id" />
        </Fact>
        <Fact label="Transaction">
          <Hash value={receipt.transactionHash} label="transaction hash" picture={false} />
          <small>Block {formatInteger(receipt.blockNumber)}</small>
        </Fact>
        <Fact label="Verified by contract">
          <Hash value={receipt.module} label="settlement contract" />
        </Fact>
      </Facts>
      <details>
        <summary>{plural(receipt.publicSignals.length, 'public signal')}</summary>
        <ul className="values">
          {namedSignals(receipt).map(({ name, meaning, value }) => (
            <li key={name}>
              <span>{name}</span>
              <div>
                <code>{value}</code>
                {meaning && <p className="detail">{meaning}</p>}
              </div>
            </li>
          ))}
        </ul>
      </details>
      <details>
        <summary>Proof, {formatBytes(hexBytes(receipt.proof))}</summary>
        {words ? (
          <ul className="values">
            {words.map(({ name, value }) => (
              <li key={name}>
                <span>{name}</span>
                <code>{value}</code>
              </li>
            ))}
          </ul>
        ) : (
          <p className="bytes">{receipt.proof}</p>
        )}
      </details>
    </Card>
  )
}

function SubmissionFacts({ submission }: { submission: SubmissionRow }) {
  const { task } = submission
  return (
    <Facts>
      <Fact label="Worker">
        <Hash value={submission.worker} label="worker's address" to={accountUrl(submission.worker)} />
      </Fact>
      <Fact label="Paid to">
        <Hash value={submission.payout} label="payout address" to={accountUrl(submission.payout)} />
      </Fact>
      <Fact label="Result">{resultOf(submission)}</Fact>
      {submission.agreements !== null && (
        <Fact label="Proven score">
          {submission.agreements} of {submission.assigned ?? submission.goldCount}{' '}
          {submission.assigned === null ? 'gold items agree' : 'items agree with the consensus'}
        </Fact>
      )}
      {submission.weight !== null && <Fact label="Weight of its votes">{submission.weight}</Fact>}
      {submission.relayer && (
        <Fact label="Brought by a relayer">
          <Hash value={submission.relayer} label="relayer's address" to={accountUrl(submission.relayer)} />
          <small>{formatAmount(submission.relayFee, task.token)} of the reward to each relayer</small>
        </Fact>
      )}
      {task.gateKind !== 'open' && (
        <Fact label="Pseudonym in this task">
          <Hash value={submission.nullifier} label="nullifier" />
        </Fact>
      )}
      <Fact label="Commitment to the labels" wide>
        {submission.commitment === null ? (
          'Not committed yet'
        ) : (
          <Hash value={submission.commitment} label="commitment" full />
        )}
      </Fact>
      <Moment label="Joined" at={submission.joinedAt} transaction={submission.joinedTransaction} />
      <Moment label="Got the items" at={submission.keyWrappedAt} transaction={submission.keyWrappedTransaction} />
      <Moment label="Committed" at={submission.committedAt} transaction={submission.committedTransaction} />
      <Moment label="Claimed" at={submission.claimedAt} transaction={submission.claimedTransaction} />
      <Moment label="Delivered" at={submission.deliveredAt} transaction={submission.deliveredTransaction} />
      <Moment label="Scored" at={submission.scoredAt} transaction={submission.scoredTransaction} />
      <Moment
        label={submission.state === 'returned' ? 'Returned' : 'Paid'}
        at={submission.endedAt}
        transaction={submission.endedTransaction}
      />
      <Fact label="Task">
        <Hash value={task.id} label="task id" to={taskUrl(task.id)} />
      </Fact>
    </Facts>
  )
}

function resultOf({ reward, returnedAmount, task }: SubmissionRow): string {
  if (reward !== null) {
    const left =
      returnedAmount && returnedAmount !== '0' ? `, ${formatAmount(returnedAmount, task.token)} returned` : ''
    return `${formatAmount(reward, task.token)} paid${left}`
  }
  if (returnedAmount !== null) return `${formatAmount(returnedAmount, task.token)} returned to the requester`
  return 'Not decided yet'
}

function Moment({ label, at, transaction }: { label: string; at: string | null; transaction: string | null }) {
  if (at === null || transaction === null) return null
  return (
    <Fact label={label}>
      <Time seconds={at} />
      <small>
        <Hash value={transaction} label={`transaction hash of "${label}"`} picture={false} />
      </small>
    </Fact>
  )
}

function Delivery({ delivery }: { delivery: SubmissionRow['delivery'] }) {
  if (!delivery) return <p>Not delivered yet. Labels travel encrypted, with the proof.</p>
  const { words, labelWords, bytes } = deliverySize(delivery)
  return (
    <>
      <p>
        {plural(labelWords, 'word')} of packed labels and one of salt, encrypted to the requester: {formatBytes(bytes)}{' '}
        on the chain. Nobody else can read them.
      </p>
      <ul className="values">
        <li>
          <span>Ephemeral key x</span>
          <code>{delivery.ephemeralKey[0]}</code>
        </li>
        <li>
          <span>Ephemeral key y</span>
          <code>{delivery.ephemeralKey[1]}</code>
        </li>
      </ul>
      <details>
        <summary>{plural(words, 'ciphertext word')}</summary>
        <p className="bytes">{delivery.ciphertext.join('\n')}</p>
      </details>
    </>
  )
}
