import type { StatementRow, SubmissionRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { DisputeTable } from '../components/DisputeTable'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Receipt } from '../components/Receipt'
import { GoldAudit } from '../components/TaskDisputes'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { useSubmission } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { formatAmount, formatBytes, plural, sentence } from '../lib/format'
import { deliverySize, FIXED, namedSignals } from '../lib/receipt'
import { agreementWords, goldCountOf } from '../lib/score'
import { settlementName, slotWords, unprovenWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, keyUrl, taskProofsUrl, tasksUrl, taskUrl } from '../url'

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
  const { task, terms, receipts } = submission
  const statement = terms?.statement ?? null
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
            <p>{unprovenWords(task.kind)}</p>
          </Notice>
        </Card>
      ) : (
        receipts.map((receipt) => <Receipt key={receipt.id} receipt={receipt} statement={statement} />)
      )}
      {submission.goldAudit && <GoldAudit audit={submission.goldAudit} task={task} now={now} />}
      {submission.disputes.length > 0 && (
        <Card title="Disputes" flush>
          <DisputeTable disputes={submission.disputes} now={now} />
        </Card>
      )}
      <div className="columns">
        <Card title="Submission">
          <SubmissionFacts submission={submission} />
        </Card>
        {statement ? (
          <Card title={submission.signals ? 'What it claims' : 'What it has to prove'}>
            <Statement statement={statement} submission={submission} />
          </Card>
        ) : (
          <Card title="Delivered labels">
            <Delivery delivery={submission.delivery} aggregated={task.kind === 'consensus'} />
          </Card>
        )}
      </div>
    </>
  )
}

function SubmissionFacts({ submission }: { submission: SubmissionRow }) {
  const { task } = submission
  const agreement = agreementWords({ ...submission, goldCount: submission.goldCount ?? goldCountOf(submission.terms) })
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
          {submission.assigned !== null && (
            <small>
              <Link to={taskProofsUrl(task.id)}>proven for all slots at once</Link>
            </small>
          )}
        </Fact>
      )}
      {submission.agreements === null && agreement !== '' && (
        <Fact label="Proven agreement">{sentence(agreement)}</Fact>
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
      {!submission.terms?.statement && (
        <Fact label="Commitment to the labels" wide>
          {submission.commitment === null ? (
            'Not committed yet'
          ) : (
            <Hash value={submission.commitment} label="commitment" full />
          )}
        </Fact>
      )}
      <Moment label="Joined" at={submission.joinedAt} transaction={submission.joinedTransaction} />
      <Moment label="Got the items" at={submission.keyWrappedAt} transaction={submission.keyWrappedTransaction} />
      <Moment label="Committed" at={submission.committedAt} transaction={submission.committedTransaction} />
      <Moment label="Claimed" at={submission.claimedAt} transaction={submission.claimedTransaction} />
      {submission.challengeBy !== null && submission.endedAt === null && (
        <Fact label="Open to disputes until">
          <Time seconds={submission.challengeBy} />
        </Fact>
      )}
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

function resultOf({ reward, returnedAmount, passed, task }: SubmissionRow): string {
  if (reward !== null) {
    const left =
      returnedAmount && returnedAmount !== '0' ? `, ${formatAmount(returnedAmount, task.token)} returned` : ''
    return `${formatAmount(reward, task.token)} paid${left}`
  }
  if (returnedAmount !== null) return `${formatAmount(returnedAmount, task.token)} returned to the requester`
  if (task.kind === 'hidden-gold' && passed === false)
    return 'Rejected for now: the reward is held until nobody can overturn it'
  return 'Not decided yet'
}

function Moment({ label, at, transaction }: { label: string; at: string | null; transaction: string | null }) {
  if (at === null || transaction === null) return null
  return (
    <Fact label={label}>
      <Time seconds={at} />
      <small>
        <TransactionHash hash={transaction} label={`transaction hash of "${label}"`} />
      </small>
    </Fact>
  )
}

/** The public signals of a statement: those that a worker claimed, or what the task fixed of them. */
function Statement({ statement, submission }: { statement: StatementRow; submission: SubmissionRow }) {
  const { signals } = submission
  const named = namedSignals({ publicSignals: signals ?? statement.signals }, statement)
  return (
    <>
      <p>{signals ? claimWords(submission) : 'A proof of this statement, made for this slot, pays it at once.'}</p>
      <Facts>
        <Fact label="Key of the statement">
          <Hash value={statement.keyId} label="statement key id" to={keyUrl(statement.keyId)} />
        </Fact>
      </Facts>
      <details>
        <summary>{plural(named.length, 'public signal')}</summary>
        <ul className="values">
          {named.map(({ name, meaning, value }) => (
            <li key={name}>
              <span>{name}</span>
              <div>
                <code>{signals || meaning === FIXED ? value : 'comes with the proof'}</code>
                <p className="detail">{meaning}</p>
              </div>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

function claimWords({ ending, openDispute, receipts }: SubmissionRow): string {
  if (openDispute !== null) return 'The claim is disputed: its worker must prove it in time, or loses its bond.'
  if (receipts.length > 0) return 'The claim was disputed, and proven.'
  switch (ending) {
    case 'silent':
      return 'Nobody disputed the claim in time, so it was paid without a proof.'
    case 'disputed':
      return 'The claim was disputed and not proven: half of its bond went to the challenger.'
    case null:
      return 'Nothing is proven unless somebody disputes it. Undisputed, it is paid.'
    default:
      return 'The slot has ended.'
  }
}

function Delivery({ delivery, aggregated }: { delivery: SubmissionRow['delivery']; aggregated: boolean }) {
  if (!delivery) return <p>Not delivered yet. Labels travel encrypted, with the proof.</p>
  const { words, labelWords, bytes } = deliverySize(delivery)
  return (
    <>
      <p>
        {plural(labelWords, 'word')} of packed labels and one of salt, encrypted to the
        {aggregated ? ' aggregator' : ' requester'}: {formatBytes(bytes)} on the chain. Nobody else can read them.
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
