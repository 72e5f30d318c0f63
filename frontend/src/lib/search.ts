import type { HitRow, SearchRow } from '../api/types'
import type { Tone } from '../components/Badge'
import {
  accountUrl,
  datasetUrl,
  governanceUrl,
  keyUrl,
  modelUrl,
  proposalUrl,
  submissionUrl,
  taskUrl,
  transactionUrl,
  WHOLE_TASK,
} from '../url'
import { formatTime, plural, sentence, shortHash } from './format'
import { excerpt } from './proposal'
import { keyStateWords, settlementName } from './states'

/** Longest text the indexer searches for, in characters. */
export const MAX_SEARCH_LENGTH = 512

/** What can be searched for, in words for whoever found nothing. */
export const SEARCHABLE = [
  'An id of a task, dataset, model, version, key, proposal, operation or receipt, or its first 6 digits',
  'An address: requester, worker, payout, owner, staker or voter',
  'A transaction hash: it leads to what the transaction did',
  'A content identifier (CID) or digest of items, a manifest or a schema',
  'The first letters of words in titles, names and proposals',
] as const

/** The words for a name that comes from elsewhere; none for one that is unknown. */
const wordsIn = (words: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? '') : ''

/** What a text was looked up as. */
const READINGS: Readonly<Record<string, string>> = {
  hash: 'an id, a transaction or the hash of a content',
  cid: 'a content identifier',
  address: 'an address',
  prefix: 'the beginning of an id or address',
  number: 'a number that is an id or a commitment',
  words: 'words in titles, names and descriptions',
}

/** `It was looked up as an address and as words in titles.` Empty when the text can mean nothing. */
export function readingWords(readAs: readonly string[]): string {
  const words = readAs.map((reading) => wordsIn(READINGS, reading) || reading)
  const last = words.pop()
  if (last === undefined) return ''
  return `It was looked up as ${words.length > 0 ? `${words.join(', as ')} and as ${last}` : last}.`
}

const KINDS: Readonly<Record<string, { words: string; tone: Tone }>> = {
  task: { words: 'Task', tone: 'busy' },
  dataset: { words: 'Dataset', tone: 'good' },
  datasetVersion: { words: 'Dataset version', tone: 'good' },
  model: { words: 'Model', tone: 'good' },
  modelVersion: { words: 'Model version', tone: 'good' },
  key: { words: 'Verifier key', tone: 'wait' },
  receipt: { words: 'Proof', tone: 'wait' },
  account: { words: 'Account', tone: 'idle' },
  proposal: { words: 'Proposal', tone: 'idle' },
  operation: { words: 'Operation', tone: 'idle' },
  transaction: { words: 'Transaction', tone: 'idle' },
  contract: { words: 'Contract', tone: 'idle' },
}

export const hitKindWords = (kind: string) =>
  Object.hasOwn(KINDS, kind)
    ? (KINDS[kind] ?? { words: kind, tone: 'idle' as const })
    : { words: kind, tone: 'idle' as const }

/** The page of what was found; a contract has none. */
export function hitUrl(hit: HitRow): string | undefined {
  switch (hit.kind) {
    case 'task':
      return taskUrl(hit.id)
    case 'dataset':
      return datasetUrl(hit.id)
    case 'datasetVersion':
      return hit.datasetId && datasetUrl(hit.datasetId)
    case 'model':
      return modelUrl(hit.id)
    case 'modelVersion':
      return hit.modelId && modelUrl(hit.modelId)
    case 'key':
      return keyUrl(hit.id)
    case 'receipt':
      return hit.taskId && submissionUrl(hit.taskId, hit.slot ?? WHOLE_TASK)
    case 'account':
      return accountUrl(hit.id)
    case 'proposal':
      return proposalUrl(hit.id)
    case 'operation':
      return hit.proposalId ? proposalUrl(hit.proposalId) : governanceUrl()
    case 'transaction':
      return transactionUrl(hit.id)
    default:
      return undefined
  }
}

/** Where a search goes at once: the page of its only hit. */
export function onlyHitUrl({ hits, more }: Pick<SearchRow, 'hits' | 'more'>): string | undefined {
  const [hit, ...others] = hits
  return hit && others.length === 0 && !more ? hitUrl(hit) : undefined
}

/** `text` comes from the chain; `words` are ours. */
export type HitTitle = { text?: string; words: string }

export function hitTitle(hit: HitRow): HitTitle {
  const text = hit.title ?? undefined
  switch (hit.kind) {
    case 'datasetVersion':
    case 'modelVersion':
      return { text, words: `, version ${hit.number}` }
    case 'receipt':
      return {
        text,
        words: hit.slot === null || hit.slot === undefined ? ', the task as a whole' : `, slot ${hit.slot}`,
      }
    case 'contract':
      return { words: contractName(text ?? hit.id) }
    case 'proposal':
      return { text: excerpt(text ?? ''), words: '' }
    default:
      return text ? { text, words: '' } : { words: shortHash(hit.id) }
  }
}

/** `taskRegistry`, as the deployment file has it, in words. */
const contractName = (name: string): string =>
  sentence(name.replace(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`))

const MATCHES: Readonly<Record<string, string>> = {
  payload: 'its items are this content',
  terms: 'its terms have this hash',
  publication: 'its consensus is published under this manifest',
  manifest: 'its manifest has this hash',
  schema: 'its schema has this hash',
  architecture: 'its architecture has this hash',
}

const COMMITMENTS: Readonly<Record<string, string>> = {
  datasetVersion: 'its records are committed to by this number',
  modelVersion: 'its weights are committed to by this number',
}

/** What is worth knowing of a hit besides its title: why it was found, and what it is. */
export function hitDetails(hit: HitRow): string {
  const details = [
    hit.kind === 'task' && hit.state ? settlementName(hit.state) : '',
    hit.kind === 'key' && hit.state ? keyStateWords(hit.state).words : '',
    hit.kind === 'operation' && hit.state ? hit.state : '',
    hit.events === undefined ? '' : plural(hit.events, 'event'),
    hit.timestamp ? formatTime(Number(hit.timestamp)) : '',
    hit.roles?.join(', ') ?? '',
    wordsIn(MATCHES, hit.matched),
    hit.matched === 'commitment' ? wordsIn(COMMITMENTS, hit.kind) : '',
  ]
  return sentence(details.filter((detail) => detail !== '').join(', '))
}

/** A text as an address can carry it; what is longer is refused in words by the page. */
export function searchText(typed: string): string {
  return typed
    .replaceAll('\0', '')
    .trim()
    .slice(0, MAX_SEARCH_LENGTH + 1)
}
