import type { DatasetDetailRow, VersionConsensusRow } from '../api/types'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { ContentLink } from '../components/ContentLink'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Lineage } from '../components/Lineage'
import { Callout, Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { TaskTable } from '../components/TaskTable'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { useDataset, useDatasetTasks } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { datasetUses } from '../lib/datasetUse'
import { formatInteger, plural } from '../lib/format'
import { datasetLinks, modelLinks } from '../lib/lineage'
import { consensusWords } from '../lib/terms'
import { Link, useLocation } from '../router'
import { accountUrl, datasetsUrl, datasetUrl, readCursor, taskUrl } from '../url'

export default function DatasetPage({ datasetId }: { datasetId: string }) {
  const dataset = useDataset(datasetId)
  return (
    <div className="stack">
      <QueryView query={dataset} noun="this dataset" lines={8}>
        {(data) => <DatasetView dataset={data} />}
      </QueryView>
    </div>
  )
}

function DatasetView({ dataset }: { dataset: DatasetDetailRow }) {
  return (
    <>
      <PageHeader
        title={dataset.name}
        heading={<ChainText>{dataset.name}</ChainText>}
        crumbs={[{ label: 'Datasets', to: datasetsUrl() }]}
        eyebrow={<Hash value={dataset.id} label="dataset id" />}
      />
      <Card title="Facts">
        <Facts>
          <Fact label="Owner">
            <Hash value={dataset.owner} label="owner's address" to={accountUrl(dataset.owner)} />
          </Fact>
          {dataset.pendingOwner && (
            <Fact label="Being handed over to">
              <Hash value={dataset.pendingOwner} label="next owner's address" to={accountUrl(dataset.pendingOwner)} />
            </Fact>
          )}
          <Fact label="Versions">{plural(dataset.versions, 'version')}</Fact>
          <Fact label="Registered">
            <Time seconds={dataset.registeredAt} />
            <small>
              <TransactionHash hash={dataset.registeredTransaction} label="registering transaction" />
            </small>
          </Fact>
        </Facts>
      </Card>
      <DatasetTasks dataset={dataset} />
      {dataset.versionList.map((version) => (
        <DatasetVersion key={version.id} version={version} />
      ))}
    </>
  )
}

/** Every task that has to do with the dataset, in any of its versions. */
function DatasetTasks({ dataset }: { dataset: DatasetDetailRow }) {
  const cursor = readCursor(useLocation().search)
  const tasks = useDatasetTasks(dataset.id, cursor)
  const now = useNow()
  const total = tasks.data?.page.total
  return (
    <Card title="Tasks" note={total === undefined ? undefined : plural(total, 'task')} flush>
      <QueryView
        query={tasks}
        noun="its tasks"
        isEmpty={({ data }) => data.length === 0}
        empty={
          <Notice icon="empty" title="No task uses it yet">
            <p>A task that labels one of its versions appears here as soon as its block is indexed.</p>
          </Notice>
        }
      >
        {({ data, page }) => (
          <>
            <TaskTable tasks={data} now={now} usesOf={(task) => datasetUses(task, dataset.versionList)} />
            <Pager cursor={cursor} next={page.next} urlOf={(at) => datasetUrl(dataset.id, at)} />
          </>
        )}
      </QueryView>
    </Card>
  )
}

function ProvenConsensus({ consensus }: { consensus: VersionConsensusRow }) {
  return (
    <Callout tone="good" icon="shield">
      Its labels are the proven consensus of{' '}
      <Link to={taskUrl(consensus.taskId)}>
        <ChainText>{consensus.title}</ChainText>
      </Link>
      : {consensusWords(consensus)}.
    </Callout>
  )
}

function DatasetVersion({ version }: { version: DatasetDetailRow['versionList'][number] }) {
  return (
    <Card title={`Version ${version.number}`} note={<Time seconds={version.publishedAt} />}>
      {version.consensus && <ProvenConsensus consensus={version.consensus} />}
      <Facts>
        <Fact label="Records">{formatInteger(version.size)}</Fact>
        <Fact label="Tasks">
          {version.tasks === 0
            ? 'None labels it'
            : `${plural(version.tasks, 'task')} ${version.tasks === 1 ? 'labels' : 'label'} it`}
        </Fact>
        <Fact label="Licence">
          <ChainText empty="None stated">{version.licence}</ChainText>
        </Fact>
        <Fact label="Manifest">
          <ContentLink digest={version.manifestDigest} />
        </Fact>
        <Fact label="Version id">
          <Hash value={version.id} label="version id" />
        </Fact>
        <Fact label="Schema">
          <Hash value={version.schemaHash} label="schema hash" />
        </Fact>
        <Fact label="Transaction">
          <TransactionHash hash={version.publishedTransaction} label="publishing transaction" />
        </Fact>
        <Fact label={version.consensus ? 'Commitment to the labels' : 'Merkle root of the records'} wide>
          <Hash value={version.root} label={version.consensus ? 'commitment to the labels' : 'Merkle root'} full />
        </Fact>
      </Facts>
      <Lineage
        self={`Version ${version.number}`}
        sources={{ title: 'Derived from', links: datasetLinks(version.parents) }}
        results={{
          title: 'Used by',
          links: [...datasetLinks(version.children), ...modelLinks(version.models)],
        }}
      />
    </Card>
  )
}
