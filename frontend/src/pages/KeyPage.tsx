import type { KeyDetailRow, ReceiptSummaryRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Callout, Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { useKey } from '../hooks/useIndexer'
import { formatBytes, formatInteger, shortHash } from '../lib/format'
import { hexBytes } from '../lib/receipt'
import { keyStateWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, keysUrl, submissionUrl } from '../url'

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
          <Fact label="Gas cap of one verification">{formatInteger(key.gasCap)}</Fact>
          <Fact label="Proofs verified under it">{formatInteger(key.receipts)}</Fact>
          <Fact label="Proof system contract">
            <Hash value={key.proofSystem} label="proof system contract" />
          </Fact>
          <Fact label="Key data">{formatBytes(hexBytes(key.keyData))}</Fact>
        </Facts>
        <details>
          <summary>Show the key data</summary>
          <p className="bytes">{key.keyData}</p>
        </details>
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
          <strong>Frozen for ever.</strong>{' '}
          {key.frozenReason ? <ChainText>{key.frozenReason}</ChainText> : 'No reason was given.'}
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
        <li data-reached={key.frozenAt !== null} data-end="true">
          <span className="dot" /> Frozen
        </li>
      </ol>
      <Facts>
        <Fact label="Proposed">
          <Time seconds={key.proposedAt} />
          <small>
            <Hash value={key.proposedTransaction} label="proposing transaction" picture={false} />
          </small>
        </Fact>
        {key.activatedAt !== null && key.activatedTransaction !== null ? (
          <Fact label="Activated">
            <Time seconds={key.activatedAt} />
            <small>
              <Hash value={key.activatedTransaction} label="activating transaction" picture={false} />
            </small>
          </Fact>
        ) : (
          <Fact label="Can be activated from">
            <Time seconds={key.activeAt} />
          </Fact>
        )}
        {key.frozenAt !== null && key.frozenTransaction !== null && (
          <Fact label="Frozen">
            <Time seconds={key.frozenAt} />
            <small>
              <Hash value={key.frozenTransaction} label="freezing transaction" picture={false} />
            </small>
          </Fact>
        )}
        {key.frozenBy !== null && (
          <Fact label="Frozen by">
            <Hash value={key.frozenBy} label="freezing account" to={accountUrl(key.frozenBy)} />
          </Fact>
        )}
      </Facts>
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
                <Link to={submissionUrl(receipt.taskId, receipt.slot)}>Slot {receipt.slot}</Link>
              </td>
              <td data-label="Task">
                <Hash value={receipt.taskId} label="task id" />
              </td>
              <td data-label="Transaction">
                <Hash value={receipt.transactionHash} label="transaction hash" picture={false} />
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
