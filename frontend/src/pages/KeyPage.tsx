import { impossibleSignals } from '@veritask/sdk/types'
import type { KeyDetailRow, ReceiptSummaryRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { Fact, Facts } from '../components/Facts'
import { FreezeReason } from '../components/FreezeReason'
import { Hash } from '../components/Hash'
import { Callout, Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { useKey } from '../hooks/useIndexer'
import { formatBytes, formatInteger, shortHash } from '../lib/format'
import { type KeyStep, keyLife } from '../lib/keyLife'
import { hexBytes } from '../lib/receipt'
import { keyStateWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, keysUrl, keyUrl, submissionUrl, taskProofsUrl } from '../url'

export default function KeyPage({ keyId }: { keyId: string }) {
  const key = useKey(keyId)
  return (
    <div className="stack">
      <QueryView query={key} noun="this key" lines={8}>
        {(data) => <KeyView verifierKey={data} />}
      </QueryView>
    </div>
  )
}

function KeyView({ verifierKey: key }: { verifierKey: KeyDetailRow }) {
  const { words, tone } = keyStateWords(key.status)
  const name = key.name ?? `Key ${shortHash(key.id)}`
  return (
    <>
      <PageHeader
        title={name}
        crumbs={[{ label: 'Verifier keys', to: keysUrl() }]}
        eyebrow={
          <>
            <Badge tone={tone}>{words}</Badge>
            {key.development && <Badge tone="wait">Development</Badge>}
            <Hash value={key.id} label="key id" />
          </>
        }
      />
      {(key.development || key.status === 'frozen') && (
        <div className="stack-tight">
          <KeyWarnings verifierKey={key} />
        </div>
      )}
      <Card title="Life">
        <KeyLife verifierKey={key} />
      </Card>
      <Card title="Facts">
        <Facts>
          <Fact label="Manifest hash">
            <Hash value={key.manifestHash} label="manifest hash" />
            <small>sha256 over the circuit, prover, proving key and verifying key</small>
          </Fact>
          <Fact label="Public signals">{key.signalCount}</Fact>
          <Fact label="Challenge">
            {key.needsChallenge ? 'Needed' : 'None'}
            <small>
              {key.needsChallenge
                ? 'derived by the settlement: direct and optimistic tasks and gates refuse this key'
                : 'as its proposer says, and the registry cannot check: compare the key id'}
            </small>
          </Fact>
          <Fact label="Gas cap of one verification">{formatInteger(key.gasCap)}</Fact>
          <Fact label="Proofs verified under it">{formatInteger(key.receipts)}</Fact>
          <Fact label="Proof system">
            {key.proofSystemName ?? 'Not one the deployment names'}
            <small>
              <Hash value={key.proofSystem} label="proof system contract" />
            </small>
          </Fact>
          <Dependencies verifierKey={key} />
          <Fact label="Key data">{formatBytes(hexBytes(key.keyData))}</Fact>
        </Facts>
        <details>
          <summary>Show the key data</summary>
          <p className="bytes">{key.keyData}</p>
        </details>
      </Card>
      <Card title="Impossible statement">
        <ImpossibleStatement verifierKey={key} />
      </Card>
      <Card title="Latest proofs under this key" flush>
        {key.recentReceipts.length === 0 ? (
          <Notice icon="empty" title="No proof was verified under this key yet" />
        ) : (
          <ReceiptTable receipts={key.recentReceipts} />
        )}
      </Card>
    </>
  )
}

function KeyWarnings({ verifierKey: key }: { verifierKey: KeyDetailRow }) {
  return (
    <>
      {key.development && (
        <Callout tone="wait" icon="alert">
          Development key: it comes from no multi-party ceremony, so whoever made it could forge proofs. The contracts
          accept such keys on local chains only.
        </Callout>
      )}
      {key.status === 'frozen' && (
        <Callout tone="bad" icon="alert">
          <strong>Frozen for ever.</strong> <FreezeReason verifierKey={key} />
          {key.recentReceipts.length > 0 && ' The proofs below were accepted under it before.'}
        </Callout>
      )}
    </>
  )
}

function KeyLife({ verifierKey: key }: { verifierKey: KeyDetailRow }) {
  return (
    <>
      <ol className="life">
        <li data-reached="true">
          <span className="dot" /> Proposed
        </li>
        <li data-reached={key.activatedAt !== null}>
          <span className="dot" /> Active
        </li>
        <li data-reached={key.status === 'frozen'} data-end="true">
          <span className="dot" /> Frozen
        </li>
      </ol>
      <ol className="timeline">
        {keyLife(key).map((step) => (
          <LifeStep key={step.title} step={step} />
        ))}
      </ol>
    </>
  )
}

function LifeStep({ step }: { step: KeyStep }) {
  const shownBytes = hexBytes(step.evidence ?? '0x')
  const evidenceSize = Math.max(step.evidenceSize ?? 0, shownBytes)
  return (
    <li>
      <ul className="what">
        <li data-tone={step.tone}>
          <h3>{step.title}</h3>
          {step.text !== undefined && (
            <p>
              <ChainText>{step.text}</ChainText>
            </p>
          )}
          {step.by !== undefined && (
            <p className="refs">
              <span>
                by <Hash value={step.by} label="freezing account" to={accountUrl(step.by)} />
              </span>
            </p>
          )}
          {step.evidence !== undefined && (
            <details>
              <summary>Show the evidence, {formatBytes(evidenceSize)}</summary>
              <p>Bytes as they were sent. Beside a guardian's reason the chain has not checked them.</p>
              {evidenceSize > shownBytes && (
                <p>The first {formatBytes(shownBytes)} of it; the rest is in its transaction.</p>
              )}
              <p className="bytes">{step.evidence}</p>
            </details>
          )}
        </li>
      </ul>
      <div className="where">
        <Time seconds={step.seconds} />
        {step.transaction !== null && <TransactionHash hash={step.transaction} />}
      </div>
    </li>
  )
}

function Dependencies({ verifierKey: key }: { verifierKey: KeyDetailRow }) {
  return (
    <>
      {key.dependsOn !== null && (
        <Fact label="Depends on">
          <Hash value={key.dependsOn} label="key it depends on" to={keyUrl(key.dependsOn)} />
          <small>proofs are checked under that key in the end, and it freezes this one</small>
        </Fact>
      )}
      {key.dependents.length > 0 && (
        <Fact label="Keys that depend on it">
          {key.dependents.map((id) => (
            <Hash key={id} value={id} label="dependent key" to={keyUrl(id)} />
          ))}
        </Fact>
      )}
    </>
  )
}

function ImpossibleStatement({ verifierKey: key }: { verifierKey: KeyDetailRow }) {
  if (!key.freezableByProof) return <p>No proof freezes this key: only its guardian and governance can.</p>
  return (
    <>
      <p>
        Whoever proves a statement with these public signals shows that the key proves anything, and the proof alone
        freezes it. The registry derives them from hashes of fixed text: nobody chose them.
      </p>
      <p className="bytes">{impossibleSignals(key.signalCount).join(', ')}</p>
    </>
  )
}

function ReceiptTable({ receipts }: { receipts: readonly ReceiptSummaryRow[] }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Submission</th>
            <th scope="col">Task</th>
            <th scope="col">Transaction</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {receipts.map((receipt) => (
            <tr key={receipt.id}>
              <td className="strong">
                {receipt.slot === null ? (
                  <Link to={taskProofsUrl(receipt.taskId)}>The whole task</Link>
                ) : (
                  <Link to={submissionUrl(receipt.taskId, receipt.slot)}>Slot {receipt.slot}</Link>
                )}
              </td>
              <td data-label="Task">
                <Hash value={receipt.taskId} label="task id" />
              </td>
              <td data-label="Transaction">
                <TransactionHash hash={receipt.transactionHash} />
              </td>
              <td data-label="Time">
                <Time seconds={receipt.timestamp} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
