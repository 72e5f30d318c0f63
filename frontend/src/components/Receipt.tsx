import type { ReceiptRow, StatementRow } from '../api/types'
import { formatBytes, formatInteger, plural } from '../lib/format'
import { circuitWords, hexBytes, namedSignals, proofWords } from '../lib/receipt'
import { keyUrl } from '../url'
import { Card } from './Card'
import { Fact, Facts } from './Facts'
import { FreezeReason } from './FreezeReason'
import { Hash } from './Hash'
import { Callout } from './Notice'
import { Time } from './Time'
import { TransactionHash } from './TransactionHash'
import { VerifyPanel } from './VerifyPanel'

type ReceiptProps = {
  receipt: ReceiptRow
  /** What a direct or optimistic task asks to be proven. */
  statement?: StatementRow | null
}

/** A proof that the chain verified: what it says, a way to check it again, and all of its parts. */
export function Receipt({ receipt, statement = null }: ReceiptProps) {
  const { key } = receipt
  const words = proofWords(receipt.proof)
  return (
    <Card
      className="verify"
      title={statement ? "The task's statement" : circuitWords(key.name)}
      note={
        <>
          Verified on-chain <Time seconds={receipt.timestamp} />
        </>
      }
    >
      <VerifyPanel receipt={receipt} />
      {key.status === 'frozen' && (
        <Callout tone="bad" icon="alert">
          <strong>This was accepted under a key that was later frozen.</strong> <FreezeReason verifierKey={key} />
        </Callout>
      )}
      {key.development && (
        <Callout tone="wait" icon="alert">
          This is a development key: it comes from no multi-party ceremony, so whoever made it could forge proofs. Such
          keys work on local chains only.
        </Callout>
      )}
      <Facts>
        <Fact label="Key">
          <Hash value={key.id} label="key id" to={keyUrl(key.id)} />
          {key.name && <small>{key.name}</small>}
        </Fact>
        <Fact label="Receipt id">
          <Hash value={receipt.id} label="receipt id" />
        </Fact>
        <Fact label="Transaction">
          <TransactionHash hash={receipt.transactionHash} />
          <small>Block {formatInteger(receipt.blockNumber)}</small>
        </Fact>
        <Fact label="Verified by contract">
          <Hash value={receipt.module} label="settlement contract" />
        </Fact>
      </Facts>
      <details>
        <summary>{plural(receipt.publicSignals.length, 'public signal')}</summary>
        <ul className="values">
          {namedSignals(receipt, statement).map(({ name, meaning, value }) => (
            <li key={name}>
              <span>{name}</span>
              <div>
                <code>{value}</code>
                {meaning && <p className="detail">{meaning}</p>}
              </div>
            </li>
          ))}
        </ul>
      </details>
      <details>
        <summary>Proof, {formatBytes(hexBytes(receipt.proof))}</summary>
        {words ? (
          <ul className="values">
            {words.map(({ name, value }) => (
              <li key={name}>
                <span>{name}</span>
                <code>{value}</code>
              </li>
            ))}
          </ul>
        ) : (
          <p className="bytes">{receipt.proof}</p>
        )}
      </details>
    </Card>
  )
}
