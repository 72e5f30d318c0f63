import type { KeyDetailRow } from '../api/types'
import type { Tone } from '../components/Badge'

/** One step of a key's life, as the chain recorded it. */
export type KeyStep = {
  title: string
  tone: Tone
  seconds: string
  /** Null for what has not happened yet. */
  transaction: string | null
  /** Untrusted text, or words of this page. */
  text?: string
  by?: string
  /** Bytes given as evidence. */
  evidence?: string
  /** Bytes that were sent, where fewer are shown. */
  evidenceSize?: number
}

/** A key's life in order: what happened, and what can happen next. */
export function keyLife(key: KeyDetailRow): KeyStep[] {
  const steps: KeyStep[] = [
    { title: 'Proposed', tone: 'wait', seconds: key.proposedAt, transaction: key.proposedTransaction },
  ]
  if (key.activatedAt !== null)
    steps.push({ title: 'Activated', tone: 'good', seconds: key.activatedAt, transaction: key.activatedTransaction })
  else if (key.status === 'proposed')
    steps.push({ title: 'Can be activated', tone: 'idle', seconds: key.activeAt, transaction: null })
  if (key.dependencyFrozenAt !== null)
    steps.push({
      title: 'Frozen with the key it depends on',
      tone: 'bad',
      seconds: key.dependencyFrozenAt,
      transaction: key.dependencyFrozenTransaction,
    })
  if (key.frozenAt !== null)
    steps.push({
      title: isBefore(key.dependencyFrozenAt, key.frozenAt) ? 'Recorded as frozen' : 'Frozen for ever',
      tone: 'bad',
      seconds: key.frozenAt,
      transaction: key.frozenTransaction,
      text: key.frozenReason || 'No reason was given.',
      ...(key.frozenBy === null ? {} : { by: key.frozenBy }),
      ...(hasBytes(key.frozenExploit) ? { evidence: key.frozenExploit, evidenceSize: key.frozenExploitSize ?? 0 } : {}),
    })
  // A key may have been frozen before the key it depends on was.
  return steps.sort((a, b) => Number(a.seconds) - Number(b.seconds))
}

function isBefore(earlier: string | null, later: string): boolean {
  return earlier !== null && Number(earlier) <= Number(later)
}

function hasBytes(hex: string | null): hex is string {
  return hex !== null && hex !== '' && hex !== '0x'
}
