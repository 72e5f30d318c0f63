import { Card } from '../components/Card'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Receipt } from '../components/Receipt'
import { useTask, useTaskReceipts } from '../hooks/useIndexer'
import type { TaskDetail } from '../queries/task'
import { tasksUrl, taskUrl } from '../url'

/** What was proven about a task as a whole: of no slot, and mostly of all. */
export default function TaskProofsPage({ taskId }: { taskId: string }) {
  const task = useTask(taskId)
  return (
    <div className="stack">
      <QueryView query={task} noun="this task" lines={10}>
        {(data) => <TaskProofs task={data} />}
      </QueryView>
    </div>
  )
}

function TaskProofs({ task }: { task: TaskDetail }) {
  const receipts = useTaskReceipts(task.id)
  return (
    <>
      <PageHeader
        title={`Proofs about ${task.title}`}
        heading="Proofs about the whole task"
        crumbs={[
          { label: 'Tasks', to: tasksUrl() },
          { label: task.title, to: taskUrl(task.id) },
        ]}
      >
        <p className="lede">
          What its aggregator has proven over the votes of many slots at once. Each proof can be checked again here.
        </p>
      </PageHeader>
      <QueryView
        query={receipts}
        noun="the proofs"
        isEmpty={(rows) => rows.length === 0}
        empty={
          <Card title="Proofs" flush>
            <Notice icon="empty" title="Nothing has been proven about the whole task" />
          </Card>
        }
      >
        {(rows) => rows.map((receipt) => <Receipt key={receipt.id} receipt={receipt} />)}
      </QueryView>
    </>
  )
}
