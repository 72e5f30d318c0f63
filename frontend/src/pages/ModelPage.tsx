import type { ModelDetailRow, ModelVersionRow } from '../api/types'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { ContentLink } from '../components/ContentLink'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Lineage } from '../components/Lineage'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { useModel } from '../hooks/useIndexer'
import { plural } from '../lib/format'
import { datasetLinks, modelLinks } from '../lib/lineage'
import { accountUrl, keyUrl, modelsUrl } from '../url'

export default function ModelPage({ modelId }: { modelId: string }) {
  const model = useModel(modelId)
  return (
    <div className="stack">
      <QueryView query={model} noun="this model" lines={8}>
        {(data) => <ModelView model={data} />}
      </QueryView>
    </div>
  )
}

function ModelView({ model }: { model: ModelDetailRow }) {
  return (
    <>
      <PageHeader
        title={model.name}
        heading={<ChainText>{model.name}</ChainText>}
        crumbs={[{ label: 'Models', to: modelsUrl() }]}
        eyebrow={<Hash value={model.id} label="model id" />}
      />
      <Card title="Facts">
        <Facts>
          <Fact label="Owner">
            <Hash value={model.owner} label="owner's address" to={accountUrl(model.owner)} />
          </Fact>
          {model.pendingOwner && (
            <Fact label="Being handed over to">
              <Hash value={model.pendingOwner} label="next owner's address" to={accountUrl(model.pendingOwner)} />
            </Fact>
          )}
          <Fact label="Versions">{plural(model.versions, 'version')}</Fact>
          <Fact label="Registered">
            <Time seconds={model.registeredAt} />
            <small>
              <TransactionHash hash={model.registeredTransaction} label="registering transaction" />
            </small>
          </Fact>
        </Facts>
      </Card>
      {model.versionList.map((version) => (
        <ModelVersion key={version.id} version={version} />
      ))}
    </>
  )
}

function ModelVersion({ version }: { version: ModelVersionRow }) {
  return (
    <Card title={`Version ${version.number}`} note={<Time seconds={version.publishedAt} />}>
      <Facts>
        <Fact label="Licence">
          <ChainText empty="None stated">{version.licence}</ChainText>
        </Fact>
        <Fact label="Bill of materials">
          <ContentLink digest={version.manifestDigest} />
        </Fact>
        <Fact label="Version id">
          <Hash value={version.id} label="version id" />
        </Fact>
        <Fact label="Architecture">
          <Hash value={version.architectureHash} label="architecture hash" />
        </Fact>
        <Fact label="Transaction">
          <TransactionHash hash={version.publishedTransaction} label="publishing transaction" />
        </Fact>
        {version.keyIds.length > 0 && (
          <Fact label="Proven under">
            {version.keyIds.map((keyId) => (
              <span key={keyId} className="key-line">
                <Hash value={keyId} label="key id" to={keyUrl(keyId)} />
              </span>
            ))}
          </Fact>
        )}
        <Fact label="Commitment to the weights" wide>
          <Hash value={version.weightsCommitment} label="weights commitment" full />
        </Fact>
      </Facts>
      <Lineage
        self={`Version ${version.number}`}
        sources={{ title: 'Made from', links: [...datasetLinks(version.datasets), ...modelLinks(version.parents)] }}
        results={{ title: 'Used by', links: modelLinks(version.children) }}
      />
    </Card>
  )
}
