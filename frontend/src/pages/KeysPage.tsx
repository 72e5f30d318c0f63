import type { KeyRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Hash } from '../components/Hash'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { useKeys } from '../hooks/useIndexer'
import { formatInteger, shortHash } from '../lib/format'
import { keyStateWords } from '../lib/states'
import { Link, useLocation } from '../router'
import { keysUrl, keyUrl, readCursor } from '../url'

export default function KeysPage() {
  const cursor = readCursor(useLocation().search)
  const keys = useKeys(cursor)
  return (
    <div className="stack">
      <PageHeader title="Verifier keys">
        <p className="lede">
          A key says which statement a proof is about. It is named by its content, is used once active, and can be
          frozen for ever but never changed.
        </p>
      </PageHeader>
      <section className="card" aria-label="Verifier keys">
        <QueryView
          query={keys}
          noun="the verifier keys"
          isEmpty={({ data }) => data.length === 0}
          empty={
            <Notice icon="empty" title="No key yet">
              <p>Governance proposes keys; they appear here in their block.</p>
            </Notice>
          }
        >
          {({ data, page }) => (
            <>
              <KeyTable keys={data} />
              <Pager cursor={cursor} next={page.next} urlOf={keysUrl} />
            </>
          )}
        </QueryView>
      </section>
    </div>
  )
}

function KeyTable({ keys }: { keys: readonly KeyRow[] }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Circuit</th>
            <th scope="col">Status</th>
            <th scope="col">Key id</th>
            <th scope="col">Origin</th>
            <th scope="col" className="numeric">
              Proofs verified
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => {
            const { words, tone } = keyStateWords(key.status)
            return (
              <tr key={key.id}>
                <td className="strong">
                  <Link to={keyUrl(key.id)}>{key.name ?? shortHash(key.id)}</Link>
                </td>
                <td data-label="Status">
                  <Badge tone={tone}>{words}</Badge>
                </td>
                <td data-label="Key id">
                  <Hash value={key.id} label="key id" to={keyUrl(key.id)} />
                </td>
                <td data-label="Origin">
                  {key.development ? <Badge tone="wait">Development</Badge> : <Badge tone="good">Ceremony</Badge>}
                </td>
                <td data-label="Proofs verified" className="numeric">
                  {formatInteger(key.receipts)}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
