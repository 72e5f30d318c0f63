import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { TaskFilterForm } from '../components/TaskFilterForm'
import { TaskTable } from '../components/TaskTable'
import { useTasks } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { Link, navigate, useLocation } from '../router'
import { readTaskFilters, type TaskFilters, tasksUrl } from '../url'

export default function TasksPage() {
  const filters = readTaskFilters(useLocation().search)
  const tasks = useTasks(filters)
  const now = useNow()
  return (
    <div className="stack">
      <PageHeader title="Tasks">
        <p className="lede">Work that is offered, under way or done. Everything here comes from events on the chain.</p>
      </PageHeader>
      <section className="card" aria-label="Tasks">
        <TaskFilterForm
          key={tasksUrl({ ...filters, cursor: undefined })}
          filters={filters}
          onChange={(next) => navigate(tasksUrl(next))}
        />
        <QueryView
          query={tasks}
          noun="the tasks"
          lines={8}
          isEmpty={({ data }) => data.length === 0}
          empty={<NoTasks filters={filters} />}
        >
          {({ data, page }) => (
            <>
              <TaskTable tasks={data} now={now} />
              <Pager cursor={filters.cursor} next={page.next} urlOf={(cursor) => tasksUrl({ ...filters, cursor })} />
            </>
          )}
        </QueryView>
      </section>
    </div>
  )
}

function NoTasks({ filters }: { filters: TaskFilters }) {
  const filtered = Object.keys(filters).length > 0
  return filtered ? (
    <Notice icon="search" title="No task matches">
      <p>Loosen a filter, or start over.</p>
      <Link className="button" to={tasksUrl()}>
        Clear the filters
      </Link>
    </Notice>
  ) : (
    <Notice icon="empty" title="No task yet">
      <p>The first one appears here as soon as its block is indexed.</p>
    </Notice>
  )
}
