import { base16, base16upper } from 'multiformats/bases/base16'
import { base32, base32upper } from 'multiformats/bases/base32'
import { base36 } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { base64, base64url } from 'multiformats/bases/base64'
import type { MultibaseDecoder } from 'multiformats/bases/interface'
import { CID } from 'multiformats/cid'
import { type Address, bytesToHex, type Hex, numberToHex } from 'viem'
import { invalid } from './errors.js'

/** Ids and hashes that begin and end with these hex digits. */
export type Prefix = { readonly head: string; readonly tail: string }

export const searchReadings = ['hash', 'cid', 'address', 'prefix', 'number', 'words'] as const
export type SearchReading = (typeof searchReadings)[number]

/** What a search text can mean. Several readings may hold at once: `123456` is a number, a prefix and a word. */
export type SearchTerms = {
  /** The text without what surrounds it. */
  readonly text: string
  readonly readAs: readonly SearchReading[]
  readonly hash?: Hex
  readonly address?: Address
  readonly prefix?: Prefix
  readonly number?: bigint
  readonly words?: readonly string[]
  /** Why the text cannot mean what it looks like. */
  readonly problem?: string
}

/** A link to a gateway with a path fits; in characters. */
const maxLength = 512
const maxWords = 8
const maxWordLength = 64
/** Hex digits of an id that are enough to look for it. */
export const minPrefixDigits = 6
/** Digits that must stand together at the start when the end is given too, as in `0x1234…abcd`. */
const minHeadDigits = 4
const addressDigits = 40
const hashDigits = 64
const hashBytes = 32
/** Multicodec codes of sha2-256, and its multihash in hex before the digest. */
const sha256Code = 0x12
const sha256Multihash = '1220'

// biome-ignore lint/suspicious/noControlCharactersInRegex: whoever copies from a terminal may bring them along
const invisible = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g
const surroundings = /^[\s"'`<>([{,;.]+|[\s"'`<>)\]},;.…]+$/g

const decoders: Readonly<Record<string, MultibaseDecoder<string>>> = {
  b: base32,
  B: base32upper,
  z: base58btc,
  k: base36,
  f: base16,
  F: base16upper,
  u: base64url,
  m: base64,
}

/** Reads what somebody typed or pasted. Throws `invalid_parameter` for what is no text to search for. */
export function readSearch(q: string | undefined): SearchTerms {
  if (q === undefined || q.trim() === '') {
    throw invalid('q is missing', 'Search for an id, an address, a transaction, a content identifier or words.')
  }
  if (q.length > maxLength || q.includes('\0')) {
    throw invalid(`q must be 1 to ${maxLength} characters`, 'Search for one id, or for a few words.')
  }
  const text = q.replace(invisible, '').replace(surroundings, '')
  return readContent(text) ?? readHex(hexIn(text), text) ?? readWords(text)
}

/** A content identifier in any form in which one is passed around. */
function readContent(text: string): SearchTerms | undefined {
  const named =
    /^ipfs:\/\/(?:ipfs\/)?([^/?#]+)/i.exec(text)?.[1] ??
    /^(?:https?:\/\/[^/]+)?\/?ipfs\/([^/?#]+)/i.exec(text)?.[1] ??
    /^https?:\/\/([^./]+)\.ipfs\./i.exec(text)?.[1]
  // Those of other kinds than sha2-256 begin otherwise, but nobody names contents here by them.
  const looksLikeOne = /^(?:Qm[0-9A-Za-z]{40,}|baf[0-9a-z]{40,}|BAF[0-9A-Z]{40,}|z[bd][0-9A-Za-z]{40,})$/.test(text)
  const multibase = /^(?:f01|F01|k[0-9a-z]{45}|m[A-Za-z0-9+/]{44}|u[A-Za-z0-9_-]{44})/.test(text)
  const candidate = named ?? (looksLikeOne || multibase ? text : undefined)
  if (candidate === undefined) return undefined
  const digest = digestIn(candidate)
  if (digest.hash) return { text, readAs: ['cid'], hash: digest.hash }
  // A digest alone after `ipfs://` is read as one; a text that only happens to begin like an identifier is a text.
  const hex = readHex(candidate, text)
  if (hex) return hex
  return named !== undefined || looksLikeOne ? { text, readAs: ['cid'], problem: digest.problem } : undefined
}

function digestIn(text: string): { hash?: Hex; problem: string } {
  const broken = 'This looks like a content identifier, but it is cut off or mistyped.'
  let cid: CID
  try {
    cid = /^Qm/.test(text) ? CID.parse(text) : CID.parse(text, decoders[text.charAt(0)])
  } catch {
    return { problem: broken }
  }
  const { code, digest } = cid.multihash
  if (code !== sha256Code || digest.length !== hashBytes) {
    return { problem: 'This content identifier has another hash than sha2-256, by which contents are named here.' }
  }
  return { hash: bytesToHex(digest), problem: '' }
}

/** The id in an address of the explorer, in a chain-qualified account or in a labeled digest; the text itself otherwise. */
function hexIn(text: string): string {
  if (/^(?:https?:\/)?\//i.test(text)) {
    const ids = text.match(/0x(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/gi)
    return ids?.at(-1) ?? /\/proposals\/(\d+)/.exec(text)?.[1] ?? text
  }
  return /^(?:eip155:\d+:|sha256:|sha2-256:)((?:0x)?[0-9a-f]+)$/i.exec(text)?.[1] ?? text
}

function readHex(value: string, text: string): SearchTerms | undefined {
  const shortened = /^0x([0-9a-f]+)(?:…|\.{2,3})([0-9a-f]+)$/i.exec(value)
  if (shortened) return readShortened(text, shortened[1]?.toLowerCase() ?? '', shortened[2]?.toLowerCase() ?? '')

  const marked = /^0x/i.test(value)
  const digits = value.replace(/^0x/i, '').toLowerCase()
  if (!/^[0-9a-f]+$/.test(digits)) {
    if (!marked) return undefined
    return { text, readAs: [], problem: 'After 0x come hexadecimal digits alone: 0 to 9 and a to f.' }
  }
  if (!marked && /^\d+$/.test(digits) && digits.length !== hashDigits) return readNumber(digits, text)
  if ((digits.length === hashDigits || digits.length === addressDigits) && /^0+$/.test(digits)) {
    return {
      text,
      readAs: [],
      problem: 'Zero stands for nothing: as a token it is the native coin, as a gate the open one.',
    }
  }
  if (digits.length === hashDigits) return { text, readAs: ['hash'], hash: `0x${digits}` }
  if (digits.length === hashDigits + sha256Multihash.length && digits.startsWith(sha256Multihash)) {
    return { text, readAs: ['hash'], hash: `0x${digits.slice(sha256Multihash.length)}` }
  }
  const words = marked ? {} : { words: [digits.slice(0, maxWordLength)] }
  const reading: readonly SearchReading[] = marked ? [] : ['words']
  if (digits.length === addressDigits) {
    return { text, readAs: ['address', ...reading], address: `0x${digits}`, ...words }
  }
  if (digits.length > hashDigits) {
    return marked
      ? { text, readAs: [], problem: `${digits.length} hexadecimal digits are too many: ids have ${hashDigits}.` }
      : undefined
  }
  if (digits.length < minPrefixDigits) return marked ? tooShort(text) : undefined
  return { text, readAs: ['prefix', ...reading], prefix: { head: digits, tail: '' }, ...words }
}

/** As explorers show a hash: its first and last digits. */
function readShortened(text: string, head: string, tail: string): SearchTerms {
  const digits = head.length + tail.length
  if (head.length < minHeadDigits || digits < minPrefixDigits || digits >= hashDigits) return tooShort(text)
  return { text, readAs: ['prefix'], prefix: { head, tail } }
}

function tooShort(text: string): SearchTerms {
  return {
    text,
    readAs: [],
    problem: `The beginning of an id needs at least ${minPrefixDigits} hexadecimal digits after 0x.`,
  }
}

/** Decimals: a proposal's id, any 32-byte id as a number, a commitment, or just a word. */
function readNumber(digits: string, text: string): SearchTerms {
  const words = [digits.slice(0, maxWordLength)]
  const readings: SearchReading[] = ['words']
  const isPrefix = digits.length >= minPrefixDigits && digits.length < hashDigits
  if (isPrefix) readings.unshift('prefix')
  const prefix = isPrefix ? { prefix: { head: digits, tail: '' } } : {}
  const number = digits.length <= 78 ? BigInt(digits) : 2n ** 256n
  if (number >= 2n ** 256n) return { text, readAs: readings, words, ...prefix }
  return { text, readAs: ['number', ...readings], number, words, ...prefix }
}

function readWords(text: string): SearchTerms {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
    .slice(0, maxWords)
    .map((word) => Array.from(word).slice(0, maxWordLength).join(''))
  if (words.length > 0) return { text, readAs: ['words'], words }
  return { text, readAs: [], problem: 'There is no letter and no digit in it to search for.' }
}

/** The 32 bytes of a number, as ids are written. */
export function hashOfNumber(number: bigint): Hex {
  return numberToHex(number, { size: hashBytes })
}
