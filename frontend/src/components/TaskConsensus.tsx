import type { RoundRow } from '../api/types'
import { formatDuration, formatInteger, formatPercentBps, plural } from '../lib/format'
import { consensusWords, measureWords, unassignedWords } from '../lib/terms'
import type { TaskDetail } from '../queries/task'
import { Link } from '../router'
import { accountUrl, datasetUrl, taskProofsUrl } from '../url'
import { Badge } from './Badge'
import { Card } from './Card'
import { ChainText } from './ChainText'
import { Fact, Facts } from './Facts'
import { Hash } from './Hash'
import { Callout } from './Notice'
import { Time } from './Time'

const INFREQUENT = ['every item', '1 of 2 items', '1 of 4 items', '1 of 8 items']

/** How votes are weighed and counted, the rounds there were, and the dataset that came of it. */
export function TaskConsensus({ task }: { task: TaskDetail }) {
  const terms = task.terms?.consensus
  if (!terms) return null
  const { consensus, rounds } = task
  return (
    <Card title="Consensus" note={plural(rounds.length, 'round')}>
      {consensus && (
        <Callout tone="good" icon="shield">
          Proven: {consensusWords(consensus)}. The labels are the dataset{' '}
          <Link to={datasetUrl(consensus.datasetId)}>
            <ChainText>{consensus.datasetName}</ChainText>
          </Link>
          .{task.unassigned > 0 && ` ${unassignedWords(task.unassigned)}`}
        </Callout>
      )}
      <Facts>
        <Fact label="Aggregator">
          <Hash
            value={terms.aggregator ?? task.requester}
            label="aggregator's address"
            to={accountUrl(terms.aggregator ?? task.requester)}
          />
          <small>{terms.aggregator === null ? 'the requester itself' : 'named by the requester'}</small>
        </Fact>
        <Fact label="Proofs about the whole task">
          <Link to={taskProofsUrl(task.id)}>Check the aggregator's proofs</Link>
        </Fact>
        <Fact label="Weight of a vote">
          {terms.historyOf === null ? (
            'One worker, one vote'
          ) : (
            <>
              By past agreement with <Hash value={terms.historyOf} label="requester" to={accountUrl(terms.historyOf)} />
            </>
          )}
        </Fact>
        <Fact label="Measured by">{measureWords(terms, task.rules)}</Fact>
        <Fact label="Each worker labels">{INFREQUENT[terms.assignmentShift] ?? 'some items'}</Fact>
        <Fact label="Starts with">
          {plural(terms.firstSlots, 'slot')}
          {terms.stepSlots > 0 && (
            <small>
              {plural(terms.stepSlots, 'more', 'more')} while less than {formatPercentBps(terms.agreementBoundBps)}{' '}
              agree
            </small>
          )}
        </Fact>
        <Fact label="Time in each round">
          {formatDuration(Number(terms.joinWindow))} to join
          <small>
            then {formatDuration(Number(terms.commitWindow))} to commit, {formatDuration(Number(terms.deliverWindow))}{' '}
            to deliver, {formatDuration(Number(terms.settleWindow))} to prove
          </small>
        </Fact>
        <Fact label="Becomes the dataset">
          <ChainText>{terms.publication.name}</ChainText>
          <small>
            <ChainText empty="No licence">{terms.publication.licence}</ChainText>
          </small>
        </Fact>
      </Facts>
      <div className="table-wrap">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Round</th>
              <th scope="col">Slots by then</th>
              <th scope="col">Opened</th>
              <th scope="col">Proven until</th>
              {terms.assignmentShift > 0 && <th scope="col">Items drawn</th>}
              <th scope="col">Agreement</th>
            </tr>
          </thead>
          <tbody>
            {rounds.map((round) => (
              <tr key={round.round}>
                <td className="strong">Round {round.round + 1}</td>
                <td data-label="Slots by then">{round.slotLimit}</td>
                <td data-label="Opened">
                  <Time seconds={round.openedAt} />
                </td>
                <td data-label="Proven until">
                  <Time seconds={round.settleBy} />
                </td>
                {terms.assignmentShift > 0 && (
                  <td data-label="Items drawn">
                    <Drawn round={round} />
                  </td>
                )}
                <td data-label="Agreement">
                  {round.support === null || round.possible === null ? (
                    <Badge tone="wait">Not proven yet</Badge>
                  ) : (
                    consensusWords({ support: round.support, possible: round.possible })
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

/** Whether the round's seed, which draws who labels what, is known. */
function Drawn({ round }: { round: RoundRow }) {
  if (round.seedRevealedAt !== null) return <Time seconds={round.seedRevealedAt} />
  if (round.beacon !== null) return <Badge tone="wait">Waiting for the seed</Badge>
  if (round.beaconBlock === null) return <Badge tone="wait">Not yet</Badge>
  return <Badge tone="wait">By the hash of block {formatInteger(round.beaconBlock)}</Badge>
}
