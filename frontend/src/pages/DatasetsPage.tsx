import { CatalogueTable } from '../components/CatalogueTable'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { useDatasets } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { useLocation } from '../router'
import { datasetsUrl, datasetUrl, readCursor } from '../url'

export default function DatasetsPage() {
  const cursor = readCursor(useLocation().search)
  const datasets = useDatasets(cursor)
  const now = useNow()
  return (
    <div className="stack">
      <PageHeader title="Datasets">
        <p className="lede">
          Versioned sets of records, each fixed by a Merkle root, so that a worker knows it labels the data it was told
          about.
        </p>
      </PageHeader>
      <section className="card" aria-label="Datasets">
        <QueryView
          query={datasets}
          noun="the datasets"
          isEmpty={({ data }) => data.length === 0}
          empty={
            <Notice icon="empty" title="No dataset is registered yet">
              <p>Anyone may register one; it appears here in its block.</p>
            </Notice>
          }
        >
          {({ data, page }) => (
            <>
              <CatalogueTable rows={data} noun="dataset" now={now} urlOf={datasetUrl} />
              <Pager cursor={cursor} next={page.next} urlOf={datasetsUrl} />
            </>
          )}
        </QueryView>
      </section>
    </div>
  )
}
