import { Card } from '../components/Card'
import { HeroArt } from '../components/HeroArt'
import { Icon } from '../components/Icon'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { TaskTable } from '../components/TaskTable'
import { useStatus, useTasks } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { formatInteger } from '../lib/format'
import { Link } from '../router'
import { keysUrl, tasksUrl } from '../url'

const RECENT_TASKS = 5

export default function HomePage() {
  const tasks = useTasks({})
  const now = useNow()
  return (
    <div className="stack">
      <section className="hero">
        <div>
          <PageHeader title="Data work, proven before it is paid">
            <p className="lede">
              Veritask pays people and machines for labelling data once a zero-knowledge proof shows that the work obeys
              the task's rules, and nobody but the requester ever sees a label.
            </p>
          </PageHeader>
          <p className="actions">
            <Link className="button" data-primary to={tasksUrl()}>
              Explore tasks
            </Link>
            <Link className="button" to={keysUrl()}>
              Verifier keys
            </Link>
          </p>
        </div>
        <HeroArt />
      </section>
      <Totals />
      <Meaning />
      <Card title="Latest tasks" note={<Link to={tasksUrl()}>All tasks</Link>} flush>
        <QueryView
          query={tasks}
          noun="the tasks"
          isEmpty={({ data }) => data.length === 0}
          empty={
            <Notice icon="empty" title="No task yet">
              <p>The first one appears here as soon as its block is indexed.</p>
            </Notice>
          }
        >
          {({ data }) => <TaskTable tasks={data.slice(0, RECENT_TASKS)} now={now} />}
        </QueryView>
      </Card>
    </div>
  )
}

function Totals() {
  const counts = useStatus().data?.counts
  if (!counts) return null
  const totals = [
    ['Tasks', counts.tasks],
    ['Slots taken', counts.slots],
    ['Proofs verified on-chain', counts.receipts],
    ['Datasets', counts.datasets],
    ['Verifier keys', counts.keys],
  ] as const
  return (
    <dl className="totals">
      {totals.map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{formatInteger(count)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Meaning() {
  return (
    <div className="meaning">
      <section className="card does" aria-labelledby="does">
        <h2 id="does">
          <Icon name="shield" /> What a proof shows
        </h2>
        <ul className="rules">
          <li>The labels a worker committed to are legal under the task's rules.</li>
          <li>They agree with enough of the gold answers that were fixed before the task opened.</li>
          <li>The encrypted delivery opens to exactly those labels, for the requester alone.</li>
        </ul>
      </section>
      <section className="card does-not" aria-labelledby="does-not">
        <h2 id="does-not">
          <Icon name="alert" /> What it does not show
        </h2>
        <ul className="rules">
          <li>That a label is true. Gold answers can be wrong, and items without gold are not checked.</li>
          <li>That a person looked at the data, or that workers did not talk to each other.</li>
          <li>Anything beyond its key: a development key proves nothing on a public chain.</li>
        </ul>
      </section>
    </div>
  )
}
