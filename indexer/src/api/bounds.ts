import type { Hex } from 'viem'
import type { Json } from '../reducers/audit.js'

// What anyone can write on-chain at any length is cut where it is shown: no answer grows with what somebody pays to write.
// The chain keeps the whole, in the transaction that each row names.

/** Bytes of UTF-8 of a reason: of a vote, or for a freeze. */
export const reasonBytes = 2048
/** Bytes of UTF-8 of a proposal's description on its own page. */
export const descriptionBytes = 32_768
/** Bytes of one call's data; calls of the protocol take far fewer. */
export const dataBytes = 8192
/** Bytes of the evidence of a freeze. */
export const evidenceBytes = 32_768
/** Calls shown of one proposal or operation, alone and in a list. */
export const callsShown = 50
export const callsListed = 5
/** Characters of the arguments of one event, all together: room for the largest that the protocol's own modules emit. */
export const argumentCharacters = 16_384

const ellipsis = '…'

/** The start of a text in at most so many bytes of UTF-8 besides the mark that something is left out. */
export function cutText(text: string, maxBytes: number): string {
  if (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes) return text
  // No character takes less than a byte; a character cut in two leaves a mark of its own, which is dropped.
  const head = Buffer.from(text.slice(0, maxBytes)).subarray(0, maxBytes)
  return `${new TextDecoder().decode(head, { stream: true })}${ellipsis}`
}

export function cutData(data: Hex, maxBytes: number): Hex {
  return data.slice(0, 2 + 2 * maxBytes) as Hex
}

export function sizeOf(data: Hex): number {
  return (data.length - 2) / 2
}

type Call = { readonly target: Hex; readonly value: bigint | undefined; readonly data: Hex }

/** Calls as they are shown: `dataSize` tells what is cut. */
export function presentCalls<call extends Call>(calls: readonly call[], shown: number) {
  return calls
    .slice(0, shown)
    .map((call) => ({ ...call, data: cutData(call.data, dataBytes), dataSize: sizeOf(call.data) }))
}

/** Arguments of an event within a budget: texts are cut, and what follows in a list when it is spent is left out. */
export function boundJson(value: Json, budget: { left: number } = { left: argumentCharacters }): Json {
  if (typeof value === 'string') {
    const kept = Math.max(0, Math.min(value.length, budget.left))
    budget.left -= kept
    return kept === value.length ? value : `${value.slice(0, kept)}${ellipsis}`
  }
  if (Array.isArray(value)) {
    const kept: Json[] = []
    for (const item of value as readonly Json[]) {
      if (budget.left <= 0) return [...kept, ellipsis]
      budget.left -= 1
      kept.push(boundJson(item, budget))
    }
    return kept
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, boundJson(one, budget)]))
  }
  return value
}
