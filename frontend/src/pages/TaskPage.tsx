import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { ContentLink } from '../components/ContentLink'
import { EventTimeline } from '../components/EventTimeline'
import { Fact, Facts } from '../components/Facts'
import { FreezeReason } from '../components/FreezeReason'
import { Hash } from '../components/Hash'
import { Callout, Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { PhaseBar } from '../components/PhaseBar'
import { QueryView } from '../components/QueryView'
import { RulesList } from '../components/RulesList'
import { SlotTable } from '../components/SlotTable'
import { TaskConsensus } from '../components/TaskConsensus'
import { TaskDisputes } from '../components/TaskDisputes'
import { Time } from '../components/Time'
import { useKey, useTask, useTaskAudit } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { formatAmount, formatDuration, plural } from '../lib/format'
import { goldRisks, rejectionWords } from '../lib/gold'
import { phasesOfTask } from '../lib/phases'
import {
  bondWords,
  gateName,
  rulesWords,
  settlementName,
  settlementSummary,
  taskPhaseExplanation,
  taskPhaseWords,
} from '../lib/states'
import { gateConditions, gradingWords, pinnedKeys, statementWords } from '../lib/terms'
import type { TaskDetail } from '../queries/task'
import { Link } from '../router'
import { accountUrl, datasetUrl, keyUrl, parametersUrl, tasksUrl } from '../url'

const CRUMBS = [{ label: 'Tasks', to: tasksUrl() }]

export default function TaskPage({ taskId }: { taskId: string }) {
  const task = useTask(taskId)
  return (
    <div className="stack">
      <QueryView query={task} noun="this task" lines={10}>
        {(data) => <TaskView task={data} />}
      </QueryView>
    </div>
  )
}

function TaskView({ task }: { task: TaskDetail }) {
  const now = useNow()
  const { words, tone } = taskPhaseWords(task.phase)
  const rejections = rejectionWords(task, now)
  return (
    <>
      <PageHeader
        title={task.title}
        heading={<ChainText>{task.title}</ChainText>}
        crumbs={CRUMBS}
        eyebrow={
          <>
            <Badge tone={tone}>{words}</Badge>
            <Badge plain>{settlementName(task.kind)}</Badge>
            {task.gateKind !== 'open' && <Badge plain>{gateName(task.gateKind)}</Badge>}
            {task.openDisputes > 0 && <Badge tone="bad">{plural(task.openDisputes, 'open dispute')}</Badge>}
            <Hash value={task.id} label="task id" />
          </>
        }
      >
        <p className="lede">{taskPhaseExplanation(task.phase)}</p>
      </PageHeader>
      {task.halted && (
        <Callout tone="bad" icon="alert">
          A verifier key this task pinned is frozen. Nobody can join; slots end as its settlement says, and what was
          proven stays paid.
          {task.terms && pinnedKeys(task.terms).map(({ keyId }) => <FrozenKey key={keyId} keyId={keyId} />)}
        </Callout>
      )}
      <GoldRisks task={task} />
      {rejections && (
        <Callout tone={rejections.tone} icon={rejections.tone === 'good' ? 'check' : 'alert'}>
          {rejections.text}
        </Callout>
      )}
      <Card
        title="Deadlines"
        note={
          <>
            Created <Time seconds={task.createdAt} />
          </>
        }
      >
        <PhaseBar phases={phasesOfTask(task, now)} />
      </Card>
      <div className="columns">
        <Card title="Facts">
          <TaskFacts task={task} />
        </Card>
        <Card title="Rules">
          {task.rules ? <RulesList rules={task.rules} /> : <p>{rulesWords(task.kind)}</p>}
          <p>{settlementSummary(task.kind)}</p>
        </Card>
      </div>
      <TaskConsensus task={task} />
      <Card title="Slots" note={`${task.joined} of ${task.slots} taken`} flush>
        {task.submissions.length === 0 ? (
          <Notice icon="empty" title="No slot is taken yet" />
        ) : (
          <SlotTable slots={task.submissions} token={task.token} goldCount={task.rules?.goldCount || null} now={now} />
        )}
      </Card>
      <TaskDisputes task={task} now={now} />
      <TaskAudit taskId={task.id} />
    </>
  )
}

/** What no rule can stop, for whoever is about to join; once everybody has, it is too late to know. */
function GoldRisks({ task }: { task: TaskDetail }) {
  const risks = task.phase === 'joining' ? goldRisks(task) : null
  if (!risks) return null
  return (
    <Callout tone={risks.severe ? 'bad' : 'wait'} icon="alert">
      <p>Before you join: what cannot be stopped here</p>
      <ul>
        {risks.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Callout>
  )
}

function TaskFacts({ task }: { task: TaskDetail }) {
  const { terms, dataset } = task
  return (
    <Facts>
      <Fact label="Requester">
        <Hash value={task.requester} label="requester's address" to={accountUrl(task.requester)} />
      </Fact>
      <Fact label="Reward per slot">
        {formatAmount(task.rewardPerSlot, task.token)}
        <small>and a fee of {formatAmount(task.feePerSlot, task.token)}</small>
      </Fact>
      <Fact label="Slots">
        {plural(task.slots, 'slot')}
        <small>
          {task.paid} paid, {task.returned} returned{task.unfilled ? `, ${task.unfilled} never filled` : ''}
        </small>
      </Fact>
      <Fact label="Still in escrow">{formatAmount(task.escrow, task.token)}</Fact>
      <Fact label="Dataset">
        <Link to={datasetUrl(dataset.id)}>
          <ChainText>{dataset.name}</ChainText>
        </Link>
        <small>
          Version {dataset.version.number}, <ChainText>{dataset.version.licence}</ChainText>
        </small>
      </Fact>
      <Fact label="Encrypted payload">
        <ContentLink digest={task.payloadDigest} />
      </Fact>
      <Fact label="Who may join">
        {gateName(task.gateKind)}
        {gateConditions(task).map((condition) => (
          <small key={condition}>{condition}</small>
        ))}
        {task.gateKind !== 'open' && (
          <small>
            <Hash value={task.gate} label="gate contract" />
          </small>
        )}
      </Fact>
      <Fact label="Stake per slot">
        {task.stakePerSlot === '0' ? 'None' : formatAmount(task.stakePerSlot, task.token)}
        <small>
          <Link to={parametersUrl()}>parameters, version {task.parametersVersion}</Link>
        </small>
      </Fact>
      <Fact label="Terms hash">
        <Hash value={task.termsHash} label="terms hash" />
        <small>What a worker agrees to when it joins</small>
      </Fact>
      {task.bond !== '0' && (
        <Fact label="Requester's bond">
          {formatAmount(task.bond, task.token)}
          <small>{bondWords(task.bondState).words}</small>
        </Fact>
      )}
      {terms?.grading && (
        <Fact label="Graded pay">
          {gradingWords(terms.grading).map((line) => (
            <span key={line} className="key-line">
              {line}
            </span>
          ))}
        </Fact>
      )}
      {terms?.goldCommitment && (
        <Fact label="Gold commitment">
          <Hash value={terms.goldCommitment} label="gold commitment" />
          <small>{goldWords(task)}</small>
        </Fact>
      )}
      {terms && (
        <Fact label="Keys pinned">
          {pinnedKeys(terms).map(({ name, keyId }) => (
            <KeyLine key={name} name={name} keyId={keyId} />
          ))}
        </Fact>
      )}
      {terms?.statement && (
        <Fact label="Statement">
          {statementWords(terms.statement)}
          {terms.challengeWindow && terms.proveWindow && (
            <small>
              {formatDuration(Number(terms.challengeWindow))} to dispute, {formatDuration(Number(terms.proveWindow))} to
              prove
            </small>
          )}
        </Fact>
      )}
      <Fact label="Settlement contract">
        <Hash value={task.settlement} label="settlement contract" />
      </Fact>
    </Facts>
  )
}

/** Nothing for a key that lives, or that the indexer cannot say anything of now. */
function FrozenKey({ keyId }: { keyId: string }) {
  const { data: key } = useKey(keyId)
  if (key?.status !== 'frozen') return null
  return (
    <p>
      <Hash value={keyId} label="frozen key" to={keyUrl(keyId)} /> <FreezeReason verifierKey={key} />
    </p>
  )
}

function KeyLine({ name, keyId }: { name: string; keyId: string }) {
  return (
    <span className="key-line">
      <Hash value={keyId} label={`${name} key id`} to={keyUrl(keyId)} /> <small>{name}</small>
    </span>
  )
}

function goldWords(task: TaskDetail): string {
  if (task.gold) return 'opened, and it matches'
  return task.kind === 'hidden-gold' ? 'never opened: scores are proven instead' : 'not opened'
}

function TaskAudit({ taskId }: { taskId: string }) {
  const audit = useTaskAudit(taskId)
  return (
    <Card title="Everything that happened" note={audit.data && plural(audit.data.length, 'event')}>
      <QueryView query={audit} noun="the events" isEmpty={(events) => events.length === 0}>
        {(events) => <EventTimeline events={events} />}
      </QueryView>
    </Card>
  )
}
