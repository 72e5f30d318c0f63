import { CatalogueTable } from '../components/CatalogueTable'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { useModels } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { useLocation } from '../router'
import { modelsUrl, modelUrl, readCursor } from '../url'

export default function ModelsPage() {
  const cursor = readCursor(useLocation().search)
  const models = useModels(cursor)
  const now = useNow()
  return (
    <div className="stack">
      <PageHeader title="Models">
        <p className="lede">
          Checkpoints fixed by a commitment to their weights, with the data and the models they were made from.
        </p>
      </PageHeader>
      <section className="card" aria-label="Models">
        <QueryView
          query={models}
          noun="the models"
          isEmpty={({ data }) => data.length === 0}
          empty={
            <Notice icon="empty" title="No model is registered yet">
              <p>Anyone may register one; it appears here in its block.</p>
            </Notice>
          }
        >
          {({ data, page }) => (
            <>
              <CatalogueTable rows={data} noun="model" now={now} urlOf={modelUrl} />
              <Pager cursor={cursor} next={page.next} urlOf={modelsUrl} />
            </>
          )}
        </QueryView>
      </section>
    </div>
  )
}
