import { impossibleSignals } from '@veritask/sdk/types'

/** Whether these are the signals every labelling circuit's impossible statement has by the published rule. */
export function isPublishedRule(signals: readonly string[]): boolean {
  const expected = impossibleSignals(signals.length)
  return signals.every((signal, i) => signal === String(expected[i]))
}
