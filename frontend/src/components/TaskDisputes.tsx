import type { GoldAuditRow } from '../api/types'
import { formatTime, plural } from '../lib/format'
import { rulingWords } from '../lib/states'
import type { TaskDetail } from '../queries/task'
import { accountUrl } from '../url'
import { Badge } from './Badge'
import { Card } from './Card'
import { DisputeTable } from './DisputeTable'
import { Fact, Facts } from './Facts'
import { Hash } from './Hash'
import { Meter } from './Meter'

/** What was disputed, and the gold audit if there is one. */
export function TaskDisputes({ task, now }: { task: TaskDetail; now: number }) {
  if (task.disputes.length === 0 && !task.goldAudit) return null
  return (
    <>
      {task.goldAudit && <GoldAudit audit={task.goldAudit} />}
      {task.disputes.length > 0 && (
        <Card title="Disputes" note={plural(task.disputes.length, 'dispute')} flush>
          <DisputeTable disputes={task.disputes.map((dispute) => ({ ...dispute, taskId: task.id }))} now={now} />
        </Card>
      )}
    </>
  )
}

function GoldAudit({ audit }: { audit: GoldAuditRow }) {
  const { words, tone } = rulingWords(audit.ruling)
  return (
    <Card title="Gold audit" note={<Badge tone={tone}>{words}</Badge>}>
      <p>{auditWords(audit)}</p>
      <Facts>
        <Fact label="Asked for by slot">
          {audit.slot}
          <small>
            <Hash value={audit.worker} label="worker's address" to={accountUrl(audit.worker)} />
          </small>
        </Fact>
        <Fact label={audit.ofRejected ? 'Rejected slots proven' : 'Accepted slots proven'}>
          <Meter done={audit.audited} total={audit.panel} label="slots proven" />
        </Fact>
        {audit.weakestItem !== null && audit.audited === audit.panel && (
          <Fact label="Weakest gold item">
            Item {audit.weakestItem}
            <small>
              {audit.weakestCount} of {plural(audit.panel, 'slot')} agree with it
            </small>
          </Fact>
        )}
      </Facts>
    </Card>
  )
}

function auditWords({ ruling, answerBy }: GoldAuditRow): string {
  switch (ruling) {
    case 'upheld':
      return 'The gold did not hold: the requester lost its bond to the workers it had rejected.'
    case 'dismissed':
      return 'The gold held: enough workers agree with every item.'
    case 'void':
      return 'A key was frozen before it could be answered.'
    default:
      return `The requester has until ${formatTime(Number(answerBy))} to prove with which gold items the workers agree.`
  }
}
