import type { DatasetDetailRow, VersionConsensusRow } from '../api/types'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { ContentLink } from '../components/ContentLink'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Lineage } from '../components/Lineage'
import { Callout } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { useDataset } from '../hooks/useIndexer'
import { formatInteger, plural } from '../lib/format'
import { datasetLinks, modelLinks } from '../lib/lineage'
import { consensusWords } from '../lib/terms'
import { Link } from '../router'
import { accountUrl, datasetsUrl, taskUrl } from '../url'

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
              <Hash value={dataset.registeredTransaction} label="registering transaction" picture={false} />
            </small>
          </Fact>
        </Facts>
      </Card>
      {dataset.versionList.map((version) => (
        <DatasetVersion key={version.id} version={version} />
      ))}
    </>
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
          <Hash value={version.publishedTransaction} label="publishing transaction" picture={false} />
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
