import type { DatasetRow } from '../api/types'
import { plural } from '../lib/format'
import { Link } from '../router'
import { accountUrl } from '../url'
import { ChainText } from './ChainText'
import { Hash } from './Hash'
import { Time } from './Time'

type CatalogueTableProps = { rows: readonly DatasetRow[]; noun: string; now: number; urlOf: (id: string) => string }

/** Registered things that have an owner and versions: datasets, models. */
export function CatalogueTable({ rows, noun, now, urlOf }: CatalogueTableProps) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Versions</th>
            <th scope="col">Owner</th>
            <th scope="col">Id</th>
            <th scope="col">Registered</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="strong">
                <Link to={urlOf(row.id)}>
                  <ChainText>{row.name}</ChainText>
                </Link>
              </td>
              <td data-label="Versions">{plural(row.versions, 'version')}</td>
              <td data-label="Owner">
                <Hash value={row.owner} label="owner's address" to={accountUrl(row.owner)} />
              </td>
              <td data-label="Id">
                <Hash value={row.id} label={`${noun} id`} to={urlOf(row.id)} />
              </td>
              <td data-label="Registered">
                <Time seconds={row.registeredAt} now={now} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
