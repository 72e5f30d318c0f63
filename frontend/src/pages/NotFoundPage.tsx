import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Link } from '../router'
import { tasksUrl } from '../url'

export function NotFoundPage() {
  return (
    <div className="stack">
      <PageHeader title="No such page" />
      <div className="card">
        <Notice icon="search" title="This address leads nowhere">
          <p>Ids are 0x followed by 64 hexadecimal digits, accounts 0x followed by 40.</p>
          <Link className="button" to={tasksUrl()}>
            See all tasks
          </Link>
        </Notice>
      </div>
    </div>
  )
}
