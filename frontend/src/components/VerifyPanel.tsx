import type { ReceiptRow } from '../api/types'
import { useVerifyReceipt, type Verification } from '../hooks/useVerifyReceipt'
import { formatMilliseconds } from '../lib/format'
import { Icon } from './Icon'
import { Callout } from './Notice'

/** Re-runs the verification of a receipt in the visitor's browser and shows every check. */
export function VerifyPanel({ receipt }: { receipt: ReceiptRow }) {
  const verification = useVerifyReceipt(receipt.id)
  return (
    <>
      <div className="verify-start">
        <button
          type="button"
          className="button"
          data-primary
          disabled={verification.isPending}
          onClick={() => verification.mutate()}
        >
          {verification.isPending ? <span className="spinner" aria-hidden="true" /> : <Icon name="shield" />}
          {verification.isPending ? 'Verifying' : verification.data ? 'Verify again' : 'Verify it yourself'}
        </button>
        <p>
          Reads the receipt, the key and the task from the chain itself, rebuilds the statement and checks the Groth16
          proof here, in your browser. Neither this site nor its indexer is asked.
        </p>
      </div>
      <div aria-live="polite">
        {verification.isError && (
          <Callout tone="bad" icon="offline">
            <strong>Not verified.</strong> The check could not be finished, so it says nothing about the proof:{' '}
            {verification.error.message}
          </Callout>
        )}
        {verification.data && <Checks verification={verification.data} />}
      </div>
    </>
  )
}

function Checks({ verification: { valid, checks, milliseconds } }: { verification: Verification }) {
  const failed = checks.filter(({ passed }) => !passed).length
  return (
    <div className="stack-tight">
      <ol className="checks">
        {checks.map(({ name, description, passed, detail }) => (
          <li key={name} data-check={name} data-ok={passed}>
            <Icon name={passed ? 'check' : 'cross'} />
            <div>
              <strong>{description}</strong>
              <span className="visually-hidden">{passed ? ' passed' : ' failed'}</span>
              {detail && <p className="detail">{detail}</p>}
            </div>
          </li>
        ))}
      </ol>
      {valid ? (
        <Callout tone="good" icon="shield">
          <strong>Verified.</strong> All {checks.length} checks passed in {formatMilliseconds(milliseconds)}.
        </Callout>
      ) : (
        <Callout tone="bad" icon="alert">
          <strong>Not valid.</strong> {failed} of {checks.length} checks failed, after{' '}
          {formatMilliseconds(milliseconds)}. Do not rely on this receipt.
        </Callout>
      )}
    </div>
  )
}
