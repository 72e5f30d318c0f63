import type { GoldAuditRow, TaskRow } from '../api/types'
import { plural } from '../lib/format'
import { type AuditedTask, auditWords } from '../lib/gold'
import { rulingWords } from '../lib/states'
import type { TaskDetail } from '../queries/task'
import { Link } from '../router'
import { accountUrl, submissionUrl } from '../url'
import { Badge } from './Badge'
import { Card } from './Card'
import { DisputeTable } from './DisputeTable'
import { Fact, Facts } from './Facts'
import { Hash } from './Hash'
import { Meter } from './Meter'

/** What was disputed, and the gold audits if there are any. */
export function TaskDisputes({ task, now }: { task: TaskDetail; now: number }) {
  if (task.disputes.length === 0 && task.goldAudits.length === 0) return null
  return (
    <>
      {task.goldAudits.map((audit) => (
        <GoldAudit key={audit.slot} audit={audit} task={task} now={now} />
      ))}
      {task.disputes.length > 0 && (
        <Card title="Disputes" note={plural(task.disputes.length, 'dispute')} flush>
          <DisputeTable disputes={task.disputes.map((dispute) => ({ ...dispute, taskId: task.id }))} now={now} />
        </Card>
      )}
    </>
  )
}

type GoldAuditProps = {
  audit: GoldAuditRow
  task: Pick<TaskRow, 'id'> & AuditedTask
  now: number
}

/** An audit that a rejected worker asked for. */
export function GoldAudit({ audit, task, now }: GoldAuditProps) {
  const { words, tone } = rulingWords(audit.ruling)
  const over = task.allRedressed && audit.ruling === null
  return (
    <Card
      title={`Gold audit asked for by slot ${audit.slot}`}
      note={<Badge tone={over ? 'idle' : tone}>{over ? 'Over' : words}</Badge>}
    >
      <p>{auditWords(audit, task, now)}</p>
      <Facts>
        <Fact label="Asked for by">
          <Link to={submissionUrl(task.id, audit.slot)}>Slot {audit.slot}</Link>
          <small>
            <Hash value={audit.challenger} label="challenger's address" to={accountUrl(audit.challenger)} />
          </small>
        </Fact>
        <Fact label="Panel">
          <Meter done={audit.audited} total={audit.panelSize} label="slots proven" />
          <small>
            {panelOrigin(audit)}
            {audit.panel !== null && `: slots ${audit.panel.toSorted((a, b) => a - b).join(', ')}`}
          </small>
        </Fact>
        <Fact label="Answers with the gold">
          {audit.withGold}
          <small>of {plural(audit.audited * audit.disputedItems, 'answer')} to disputed items</small>
        </Fact>
        <Fact label="Answers with the challenger">{audit.withChallenger}</Fact>
        {audit.overturnedItems === null ? null : (
          <Fact label="Gold items overturned">
            {audit.overturnedItems}
            <small>
              {audit.ruling === 'upheld' && audit.audited < audit.panelSize
                ? 'all of them: the requester did not answer'
                : `of ${plural(audit.disputedItems, 'disputed item')}`}
            </small>
          </Fact>
        )}
      </Facts>
    </Card>
  )
}

function panelOrigin({ ofAccepted, population, panelSize }: GoldAuditRow): string {
  const whose = ofAccepted ? 'accepted' : 'others who submitted'
  return population === panelSize ? `all ${population} ${whose}` : `${panelSize} by lot of ${population} ${whose}`
}
