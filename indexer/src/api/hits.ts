import { db } from 'ponder:api'
import {
  account,
  auditEvent,
  dataset,
  datasetVersion,
  dispute,
  model,
  modelVersion,
  operation,
  proposal,
  receipt,
  slot,
  stake,
  task,
  terms,
  tokenPolicy,
  verifierKey,
  voter,
} from 'ponder:schema'
import { type AnyPgColumn, and, asc, between, count, desc, eq, inArray, max, sql } from 'ponder'
import type { Address, Hex } from 'viem'
import { wordsOf } from '../schema/words.js'
import { cutText } from './bounds.js'
import { deployedContracts } from './deployed.js'
import { names } from './keys.js'
import { hashOfNumber, type Prefix } from './search-terms.js'

type Condition = ReturnType<typeof sql>

/** Hits of one kind and one reading that are answered; whether there are more is found with one row more. */
export const hitsShown = 10
/** Bytes of a title or description in a list. */
const titleBytes = 280

export const hitKinds = [
  'task',
  'dataset',
  'datasetVersion',
  'model',
  'modelVersion',
  'key',
  'receipt',
  'account',
  'proposal',
  'operation',
  'transaction',
  'contract',
] as const

/** What of the found thing matched. */
export type Matched =
  | 'id'
  | 'address'
  | 'title'
  | 'name'
  | 'description'
  | 'payload'
  | 'terms'
  | 'publication'
  | 'manifest'
  | 'schema'
  | 'architecture'
  | 'commitment'

/** One thing that was found, with the ids that lead to its page. */
export type Hit = {
  readonly kind: (typeof hitKinds)[number]
  readonly id: string
  readonly matched: Matched
  /** Untrusted text; null for what has no name. */
  readonly title: string | null
  readonly taskId?: Hex
  readonly slot?: number | null
  readonly datasetId?: Hex
  readonly modelId?: Hex
  readonly proposalId?: bigint | null
  /** Of a version. */
  readonly number?: number
  /** Of a task: how it settles. Of a key or operation: its status. */
  readonly state?: string
  /** Of an account: what it was. */
  readonly roles?: readonly string[]
  /** Of a transaction: how many events it has, and when it was. */
  readonly events?: number
  readonly timestamp?: bigint | null
}

/** Up to `hitsShown` hits of one lookup, and whether it has more. */
export type Found = { readonly hits: readonly Hit[]; readonly more: boolean }

const rowsRead = hitsShown + 1

async function found<row>(rows: Promise<row[]>, present: (row: row) => Hit): Promise<Found> {
  const read = await rows
  return { hits: read.slice(0, hitsShown).map(present), more: read.length > hitsShown }
}

type TaskRow = Pick<typeof task.$inferSelect, 'id' | 'title' | 'kind'>
const taskColumns = { id: task.id, title: task.title, kind: task.kind }
const ofTask =
  (matched: Matched) =>
  ({ id, title, kind }: TaskRow): Hit => ({ kind: 'task', id, matched, title, state: kind })

const named =
  (kind: 'dataset' | 'model', matched: Matched) =>
  ({ id, name }: { id: Hex; name: string }): Hit => ({ kind, id, matched, title: name })

const ofKey =
  (matched: Matched) =>
  ({ id, status }: { id: Hex; status: string }): Hit => ({
    kind: 'key',
    id,
    matched,
    title: names.circuits.get(id) ?? null,
    state: status,
  })

const ofProposal =
  (matched: Matched) =>
  ({ id, description }: { id: bigint; description: string }): Hit => ({
    kind: 'proposal',
    id: id.toString(),
    matched,
    title: cutText(description, titleBytes),
  })

/**
 * Rows that a lookup takes from its index before they are sorted. Were the sorting and its limit in the same query, the
 * database would rather walk all rows from the newest one, and find nothing in any of them.
 */
const rowsMatched = 1000

function findTasks(where: Condition, matched: Matched) {
  const matches = db
    .select({ ...taskColumns, eventId: task.eventId })
    .from(task)
    .where(where)
    .limit(rowsMatched)
    .as('matches')
  return found(db.select().from(matches).orderBy(desc(matches.eventId)).limit(rowsRead), ofTask(matched))
}

function findDatasets(where: Condition, matched: Matched) {
  const { id, name, eventId } = dataset
  const matches = db.select({ id, name, eventId }).from(dataset).where(where).limit(rowsMatched).as('matches')
  return found(db.select().from(matches).orderBy(desc(matches.eventId)).limit(rowsRead), named('dataset', matched))
}

function findModels(where: Condition, matched: Matched) {
  const { id, name, eventId } = model
  const matches = db.select({ id, name, eventId }).from(model).where(where).limit(rowsMatched).as('matches')
  return found(db.select().from(matches).orderBy(desc(matches.eventId)).limit(rowsRead), named('model', matched))
}

function findDatasetVersions(where: Condition, matched: Matched) {
  const { id, datasetId, number, eventId } = datasetVersion
  const matches = db
    .select({ id, datasetId, number, eventId })
    .from(datasetVersion)
    .where(where)
    .limit(rowsMatched)
    .as('matches')
  return found(
    db
      .select({ id: matches.id, datasetId: matches.datasetId, number: matches.number, title: dataset.name })
      .from(matches)
      .innerJoin(dataset, eq(dataset.id, matches.datasetId))
      .orderBy(desc(matches.eventId))
      .limit(rowsRead),
    (row) => ({ kind: 'datasetVersion', matched, ...row }),
  )
}

function findModelVersions(where: Condition, matched: Matched) {
  const { id, modelId, number, eventId } = modelVersion
  const matches = db
    .select({ id, modelId, number, eventId })
    .from(modelVersion)
    .where(where)
    .limit(rowsMatched)
    .as('matches')
  return found(
    db
      .select({ id: matches.id, modelId: matches.modelId, number: matches.number, title: model.name })
      .from(matches)
      .innerJoin(model, eq(model.id, matches.modelId))
      .orderBy(desc(matches.eventId))
      .limit(rowsRead),
    (row) => ({ kind: 'modelVersion', matched, ...row }),
  )
}

function findKeys(where: Condition, matched: Matched) {
  const { id, status, eventId } = verifierKey
  const matches = db.select({ id, status, eventId }).from(verifierKey).where(where).limit(rowsMatched).as('matches')
  return found(db.select().from(matches).orderBy(desc(matches.eventId)).limit(rowsRead), ofKey(matched))
}

function findReceipts(where: Condition) {
  const { id, taskId, slot: number, eventId } = receipt
  const matches = db
    .select({ id, taskId, slot: number, eventId })
    .from(receipt)
    .where(where)
    .limit(rowsMatched)
    .as('matches')
  return found(
    db
      .select({ id: matches.id, taskId: matches.taskId, slot: matches.slot, title: task.title })
      .from(matches)
      .innerJoin(task, eq(task.id, matches.taskId))
      .orderBy(desc(matches.eventId))
      .limit(rowsRead),
    (row) => ({ kind: 'receipt', matched: 'id', ...row }),
  )
}

function findProposals(where: Condition, matched: Matched) {
  const { id, description, eventId } = proposal
  const matches = db.select({ id, description, eventId }).from(proposal).where(where).limit(rowsMatched).as('matches')
  return found(db.select().from(matches).orderBy(desc(matches.eventId)).limit(rowsRead), ofProposal(matched))
}

function findOperations(where: Condition) {
  const { id, proposalId, status, eventId } = operation
  const matches = db
    .select({ id, proposalId, status, eventId })
    .from(operation)
    .where(where)
    .limit(rowsMatched)
    .as('matches')
  return found(
    db.select().from(matches).orderBy(desc(matches.eventId)).limit(rowsRead),
    ({ id, proposalId, status }) => ({ kind: 'operation', id, matched: 'id', title: null, state: status, proposalId }),
  )
}

const findTransactions = (where: Condition) =>
  found(
    db
      .select({ id: auditEvent.transactionHash, events: count(), timestamp: max(auditEvent.timestamp) })
      .from(auditEvent)
      .where(where)
      .groupBy(auditEvent.transactionHash)
      .orderBy(asc(auditEvent.transactionHash))
      .limit(rowsRead),
    ({ events, ...row }) => ({ kind: 'transaction', matched: 'id', title: null, ...row, events: Number(events) }),
  )

/** Everything that this 32-byte value names, and everything that has it as the hash of a content. */
export function findByHash(hash: Hex): Promise<Found>[] {
  const number = BigInt(hash)
  return [
    ...findById(hash),
    findProposals(eq(proposal.id, number), 'id'),
    findTasks(eq(task.payloadDigest, hash), 'payload'),
    findTasks(eq(task.termsHash, hash), 'terms'),
    findPublications(hash),
    findDatasetVersions(eq(datasetVersion.manifestDigest, hash), 'manifest'),
    findDatasetVersions(eq(datasetVersion.schemaHash, hash), 'schema'),
    findModelVersions(eq(modelVersion.manifestDigest, hash), 'manifest'),
    findModelVersions(eq(modelVersion.architectureHash, hash), 'architecture'),
    findKeys(eq(verifierKey.manifestHash, hash), 'manifest'),
    ...findByCommitment(number),
  ]
}

function findById(id: Hex): Promise<Found>[] {
  return [
    findTasks(eq(task.id, id), 'id'),
    findDatasets(eq(dataset.id, id), 'id'),
    findDatasetVersions(eq(datasetVersion.id, id), 'id'),
    findModels(eq(model.id, id), 'id'),
    findModelVersions(eq(modelVersion.id, id), 'id'),
    findKeys(eq(verifierKey.id, id), 'id'),
    findReceipts(eq(receipt.id, id)),
    findOperations(eq(operation.id, id)),
    findTransactions(eq(auditEvent.transactionHash, id)),
  ]
}

/** Tasks that say beforehand under which manifest their consensus is published. */
const findPublications = (digest: Hex) =>
  findTasks(
    inArray(
      task.id,
      db.select({ id: terms.taskId }).from(terms).where(eq(terms.publicationManifestDigest, digest)).limit(rowsRead),
    ),
    'publication',
  )

/** Roots and commitments are shown as decimals. */
const findByCommitment = (number: bigint): Promise<Found>[] => [
  findDatasetVersions(eq(datasetVersion.root, number), 'commitment'),
  findModelVersions(eq(modelVersion.weightsCommitment, number), 'commitment'),
]

/** A decimal: the id of a proposal, any other id written as a number, or a commitment. */
export function findByNumber(number: bigint): Promise<Found>[] {
  return [...findById(hashOfNumber(number)), findProposals(eq(proposal.id, number), 'id'), ...findByCommitment(number)]
}

const idDigits = 64
const addressDigits = 40

/** Everything whose id or address begins and ends so. The ends of the range are ids themselves: an index walks it. */
export function findByPrefix(prefix: Prefix): Promise<Found>[] {
  const fits = (column: AnyPgColumn, digits: number) => {
    const [first, last] = rangeOf(prefix, digits)
    return and(between(column, first, last), endsWith(column, prefix.tail)) as Condition
  }
  const ofId = (column: AnyPgColumn) => fits(column, idDigits)
  const ids = [
    findTasks(ofId(task.id), 'id'),
    findDatasets(ofId(dataset.id), 'id'),
    findDatasetVersions(ofId(datasetVersion.id), 'id'),
    findModels(ofId(model.id), 'id'),
    findModelVersions(ofId(modelVersion.id), 'id'),
    findKeys(ofId(verifierKey.id), 'id'),
    findReceipts(ofId(receipt.id)),
    findOperations(ofId(operation.id)),
    findTransactions(ofId(auditEvent.transactionHash)),
  ]
  if (prefix.tail === '') {
    const [first, last] = rangeOf(prefix, idDigits)
    ids.push(findProposals(between(proposal.id, BigInt(first), BigInt(last)), 'id'))
  }
  if (prefix.head.length + prefix.tail.length >= addressDigits) return ids
  const [first, last] = rangeOf(prefix, addressDigits)
  return [
    ...ids,
    findAccounts(fits(account.address, addressDigits)),
    found(
      db
        .select({ address: voter.address, proposalsMade: voter.proposalsMade })
        .from(voter)
        .where(fits(voter.address, addressDigits))
        .orderBy(asc(voter.address))
        .limit(rowsRead),
      (row) => ofAccount(row.address, voterRoles(row)),
    ),
    Promise.resolve({
      hits: deployedContracts
        .filter(({ address }) => address >= first && address <= last && address.endsWith(prefix.tail))
        .map(ofContract),
      more: false,
    }),
  ]
}

/** The lowest and the highest value of so many digits that begin so. */
function rangeOf({ head }: Prefix, digits: number): [Hex, Hex] {
  return [`0x${head.padEnd(digits, '0')}`, `0x${head.padEnd(digits, 'f')}`]
}

function endsWith(column: AnyPgColumn, tail: string): Condition | undefined {
  return tail === '' ? undefined : sql`right(${column}, ${tail.length}::integer) = ${tail}`
}

const ofContract = ({ address, name }: { address: Hex; name: string }): Hit => ({
  kind: 'contract',
  id: address,
  matched: 'address',
  title: name,
})
const ofAccount = (address: Hex, roles: readonly string[]): Hit => ({
  kind: 'account',
  id: address,
  matched: 'address',
  title: null,
  roles,
})

type AccountRow = typeof account.$inferSelect
type VoterRow = Pick<typeof voter.$inferSelect, 'proposalsMade'>

function accountRoles(row: AccountRow): string[] {
  return [
    ...(row.tasksRequested > 0 ? ['requester'] : []),
    ...(row.slotsJoined > 0 ? ['worker'] : []),
    ...(row.datasetsOwned + row.modelsOwned > 0 ? ['owner'] : []),
  ]
}

function voterRoles(row: VoterRow): string[] {
  return ['voter', ...(row.proposalsMade > 0 ? ['proposer'] : [])]
}

const findAccounts = (where: Condition) =>
  found(db.select().from(account).where(where).orderBy(asc(account.address)).limit(rowsRead), (row) =>
    ofAccount(row.address, accountRoles(row)),
  )

/** An account by its whole address, with every role it has; and the contract or token that the address is. */
export function findByAddress(address: Address): Promise<Found>[] {
  const contracts = deployedContracts.filter((deployed) => deployed.address === address).map(ofContract)
  return [findAccount(address), Promise.resolve({ hits: contracts, more: false }), findToken(address)]
}

async function findAccount(address: Address): Promise<Found> {
  const any = { one: sql`1` }
  const [[row], [voting], payout, relayer, staker, challenger] = await Promise.all([
    db.select().from(account).where(eq(account.address, address)),
    db.select().from(voter).where(eq(voter.address, address)),
    db.select(any).from(slot).where(eq(slot.payout, address)).limit(1),
    db.select(any).from(slot).where(eq(slot.relayer, address)).limit(1),
    db.select(any).from(stake).where(eq(stake.account, address)).limit(1),
    db.select(any).from(dispute).where(eq(dispute.challenger, address)).limit(1),
  ])
  if (!row && !voting) return { hits: [], more: false }
  const roles = [
    ...(row ? accountRoles(row) : []),
    ...(payout.length > 0 ? ['payout'] : []),
    ...(relayer.length > 0 ? ['relayer'] : []),
    ...(staker.length > 0 ? ['staker'] : []),
    ...(challenger.length > 0 ? ['challenger'] : []),
    ...(voting ? voterRoles(voting) : []),
  ]
  return { hits: [ofAccount(address, roles)], more: false }
}

const findToken = (address: Address) =>
  found(db.select({ token: tokenPolicy.token }).from(tokenPolicy).where(eq(tokenPolicy.token, address)), () => ({
    kind: 'contract',
    id: address,
    matched: 'address',
    title: 'token',
  }))

/** Titles, names and descriptions with words that begin with each of these. */
export function findByWords(words: readonly string[]): Promise<Found>[] {
  // Letters, digits and marks alone: nothing that a query would take for an operator.
  const query = words.map((word) => `'${word}':*`).join(' & ')
  const has = (column: AnyPgColumn) => sql`${wordsOf(column)} @@ to_tsquery('simple'::regconfig, ${query})`
  return [
    findTasks(has(task.title), 'title'),
    findDatasets(has(dataset.name), 'name'),
    findModels(has(model.name), 'name'),
    findNamedKeys(words),
    findProposals(has(proposal.description), 'description'),
    Promise.resolve(findNamedContracts(words)),
  ]
}

/** Names of keys and contracts are those of the deployment file. */
function findNamedKeys(words: readonly string[]): Promise<Found> {
  const ids = [...names.circuits].filter(([, name]) => hasWords(name, words)).map(([id]) => id as Hex)
  return ids.length === 0 ? Promise.resolve({ hits: [], more: false }) : findKeys(inArray(verifierKey.id, ids), 'name')
}

function findNamedContracts(words: readonly string[]): Found {
  const hits = deployedContracts.filter(({ name }) => hasWords(name, words)).map(ofContract)
  return { hits: hits.slice(0, hitsShown).map((hit) => ({ ...hit, matched: 'name' })), more: hits.length > hitsShown }
}

function hasWords(name: string, words: readonly string[]): boolean {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return words.every((word) => parts.some((part) => part.startsWith(word)))
}

/** Tasks, datasets, models, keys and proposals by their ids: what a transaction was about. */
export async function hitsOf(ids: {
  readonly tasks: readonly Hex[]
  readonly datasets: readonly Hex[]
  readonly models: readonly Hex[]
  readonly keys: readonly Hex[]
  readonly proposals: readonly bigint[]
}): Promise<Hit[]> {
  const rows = await Promise.all([
    db
      .select(taskColumns)
      .from(task)
      .where(inArray(task.id, [...ids.tasks]))
      .then((found) => found.map(ofTask('id'))),
    db
      .select({ id: dataset.id, name: dataset.name })
      .from(dataset)
      .where(inArray(dataset.id, [...ids.datasets]))
      .then((found) => found.map(named('dataset', 'id'))),
    db
      .select({ id: model.id, name: model.name })
      .from(model)
      .where(inArray(model.id, [...ids.models]))
      .then((found) => found.map(named('model', 'id'))),
    db
      .select({ id: verifierKey.id, status: verifierKey.status })
      .from(verifierKey)
      .where(inArray(verifierKey.id, [...ids.keys]))
      .then((found) => found.map(ofKey('id'))),
    db
      .select({ id: proposal.id, description: proposal.description })
      .from(proposal)
      .where(inArray(proposal.id, [...ids.proposals]))
      .then((found) => found.map(ofProposal('id'))),
  ])
  return rows.flat()
}
