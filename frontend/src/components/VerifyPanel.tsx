import type { ReceiptRow } from '../api/types'
import { useVerifyReceipt, type Verification } from '../hooks/useVerifyReceipt'
import { formatMilliseconds } from '../lib/format'
import { type VerifyCheck, verdictOf } from '../verify/protocol'
import { ChainText } from './ChainText'
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
          Reads the receipt, the key and the task from the chain itself, rebuilds the statement and checks the proof: a
          Groth16 proof here, in your browser, any other by asking the chain again. The indexer is not believed about
          any of it.
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

const CHECK_ICONS = { passed: 'check', failed: 'cross', unknown: 'alert' } as const

function Checks({ verification: { checks, milliseconds, laterFrozenFor } }: { verification: Verification }) {
  return (
    <div className="stack-tight">
      <ol className="checks">
        {checks.map(({ name, description, result, detail }) => (
          <li key={name} data-check={name} data-result={result}>
            <Icon name={CHECK_ICONS[result]} />
            <div>
              <strong>{description}</strong>
              <span className="visually-hidden"> {result}</span>
              {detail && <p className="detail">{detail}</p>}
            </div>
          </li>
        ))}
      </ol>
      <Verdict checks={checks} time={formatMilliseconds(milliseconds)} />
      {laterFrozenFor !== '' && (
        <Callout tone="bad" icon="alert">
          <strong>Accepted under a key that was later frozen</strong> for <ChainText>{laterFrozenFor}</ChainText>
        </Callout>
      )}
    </div>
  )
}

function Verdict({ checks, time }: { checks: readonly VerifyCheck[]; time: string }) {
  const verdict = verdictOf(checks)
  switch (verdict) {
    case 'passed':
      return (
        <Callout tone="good" icon="shield">
          <strong>Verified.</strong> All {checks.length} checks passed in {time}.
        </Callout>
      )
    case 'unknown':
      return (
        <Callout tone="wait" icon="alert">
          <strong>Verified under a key this release does not know</strong>, in {time}. The proof is right for the key,
          but which circuit the key belongs to, and so what the proof states, cannot be told here.
        </Callout>
      )
    case 'failed':
      return (
        <Callout tone="bad" icon="alert">
          <strong>Not valid.</strong> {checks.filter(({ result }) => result === 'failed').length} of {checks.length}{' '}
          checks failed, after {time}. Do not rely on this receipt.
        </Callout>
      )
    default:
      return verdict satisfies never
  }
}
