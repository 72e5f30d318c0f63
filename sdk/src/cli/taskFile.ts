import { dirname, resolve } from 'node:path'
import type { Address, Hex } from 'viem'
import type {
  AdaptiveRounds,
  CreateConsensusTaskParameters,
  Grading,
  SettlementParameters,
  StatementSettlementParameters,
  TaskGate,
} from '../actions/index.js'
import type { Rules, ScalarRules } from '../core.js'
import type { Deployment } from '../deployments.js'
import type { DatasetSource } from './commands/dataset.js'
import { readJson, readText } from './context.js'
import { readGate } from './gateFile.js'
import { type FieldReader, fieldReader, TASK_FILE_ADVICE } from './taskFields.js'

type Common = {
  readonly title: string
  readonly datasetVersionId: Hex
  readonly token: Address
  readonly rewardPerSlot: bigint
  readonly slots: number
  readonly gate: TaskGate | undefined
  /** Default: the least the token asks for. */
  readonly stakePerSlot: bigint | undefined
  /** Default: the least the settlement asks for. */
  readonly bond: bigint | undefined
}

/** What there is to label. */
type Labelling = {
  readonly instructions: string
  readonly classes: readonly string[]
  /** Folder or file with the records of the dataset version. */
  readonly records: string
  /** Which records, in label order; default: all. */
  readonly items: readonly number[] | undefined
}

/** Terms of a consensus besides its rules. */
export type ConsensusTermsFile = {
  readonly windows: CreateConsensusTaskParameters['windows']
  readonly rounds: AdaptiveRounds | undefined
  /** Zero for the requester. */
  readonly aggregator: Address
  /** Zero for one worker, one vote. */
  readonly historyOf: Address
  readonly assignmentShift: number
  /** Of the most common class; undefined when it is not known. */
  readonly largestShareBps: number | undefined
  /** Takes what `createConsensusTask` would refuse. */
  readonly unsafeVoting: boolean
  readonly grading: Grading | undefined
}

/** The dataset that a consensus becomes. */
export type PublicationFile = {
  readonly name: string
  readonly licence: string
  /** Document that says what a label is. */
  readonly schema: string
}

/** A task as its file describes it, with deadlines made absolute. */
export type TaskFile = Common &
  (
    | (Labelling & {
        readonly work: 'labels'
        readonly joinBy: bigint
        /** @param files - Names of the items' files, in label order: gold may name these. */
        readonly settlement: (files: readonly string[]) => Promise<SettlementParameters>
      })
    | (Labelling & {
        readonly work: 'consensus'
        readonly terms: ConsensusTermsFile
        readonly publication: PublicationFile
        readonly rules: (itemCount: number) => ScalarRules
      })
    | { readonly work: 'statement'; readonly joinBy: bigint; readonly settlement: StatementSettlementParameters }
  )

const KINDS = ['open-gold', 'hidden-gold', 'consensus', 'direct', 'optimistic'] as const
const DEADLINES = {
  'open-gold': ['join', 'commit', 'open', 'prove'],
  'hidden-gold': ['join', 'submit', 'score'],
  direct: ['join', 'prove'],
  optimistic: ['join', 'claim'],
} as const

const SHARED = ['title', 'dataset', 'token', 'slots', 'settlement', 'gate', 'deadlines', 'windows', 'instructions']
const AMOUNTS = ['reward', 'stake', 'bond'].flatMap((name) => [name, `${name}BaseUnits`])
const LABELLING = ['classes', 'records', 'items', 'rules']
/** A name that is not known is a slip, and a slip in the terms of a contract is dear. */
const FIELDS: { readonly [kind in (typeof KINDS)[number]]: readonly string[] } = {
  'open-gold': [...LABELLING, 'gold', 'grading', 'roundBoxes'],
  'hidden-gold': [...LABELLING, 'gold', 'grading', 'roundBoxes'],
  consensus: [
    ...LABELLING,
    ...['grading', 'rounds', 'aggregator', 'historyOf', 'assignmentShift'],
    ...['largestShareBps', 'unsafeVoting', 'publication'],
  ],
  direct: ['statement'],
  optimistic: ['statement'],
}

type Place = {
  readonly now: bigint
  readonly requester: Address
  readonly deployment: Deployment
  /** Registers the records as a dataset, where the file asks for it, and gives the id of its version. */
  readonly register: (source: DatasetSource) => Promise<Hex>
}

/**
 * Reads a task file.
 *
 * @param context.now - Time of the chain: durations count from there, each deadline from the one before it.
 */
export async function readTaskFile(file: string, context: Place): Promise<TaskFile> {
  const reader = fieldReader(file, await readJson(file, TASK_FILE_ADVICE))
  const kind = reader.oneOf('settlement', KINDS)
  reader.only([...SHARED, ...AMOUNTS, ...FIELDS[kind]])
  const base = dirname(resolve(file))
  const token = reader.address('token')
  const common = {
    title: reader.text('title'),
    token,
    rewardPerSlot: reader.amount('reward') ?? reader.missing('reward'),
    slots: reader.number('slots'),
    gate: await readGate({ ...context, file, gate: reader.get('gate'), base, token }),
    stakePerSlot: reader.amount('stake'),
    bond: reader.amount('bond'),
  }
  // Last of all: a file with a slip registers nothing.
  const versionOf = async (records: string): Promise<Hex> => {
    const dataset = reader.dataset('dataset')
    if (typeof dataset === 'string') return dataset
    const { schema } = dataset
    const text = schema === undefined ? '' : await readText(resolve(base, schema), 'Give the schema document.')
    return context.register({ ...dataset, path: records, schema: text })
  }
  if (kind === 'consensus') {
    const consensus = await readConsensus(reader, base, common.slots)
    return { ...common, ...consensus, datasetVersionId: await versionOf(consensus.records) }
  }
  const deadlines = reader.deadlines(DEADLINES[kind], context.now)
  const joinBy = deadlines[0]!
  if (kind === 'direct' || kind === 'optimistic') {
    const statement = reader.statement(context.deployment)
    const [, at] = deadlines as [bigint, bigint]
    const shared = { ...common, datasetVersionId: reader.id('dataset'), joinBy, work: 'statement' } as const
    if (kind === 'direct') return { ...shared, settlement: { kind, statement, proveBy: at } }
    const [challengeWindow, proveWindow] = [reader.window('challenge'), reader.window('prove')]
    return { ...shared, settlement: { kind, statement, claimBy: at, challengeWindow, proveWindow } }
  }

  const rulesOf = reader.rules('rules')
  const labelling = readLabelling(reader, base, rulesOf(1, 1))
  const grading = reader.grading()
  if (grading && kind !== 'hidden-gold') reader.wrong('grading', 'is for hidden gold and consensus')
  return {
    ...common,
    ...labelling,
    datasetVersionId: await versionOf(labelling.records),
    work: 'labels',
    joinBy,
    settlement: async (files) => {
      const itemCount = files.length
      const { classes } = labelling
      const roundBoxes = reader.flag('roundBoxes')
      const gold = await reader.gold(base, { rules: rulesOf(itemCount, itemCount), classes, files, roundBoxes })
      const rules = rulesOf(itemCount, gold.length)
      const [, first, second, third] = deadlines as [bigint, bigint, bigint, bigint]
      return kind === 'open-gold'
        ? { kind, rules, gold, commitBy: first, openBy: second, proveBy: third }
        : { kind, rules, gold, submitBy: first, scoreBy: second, ...(grading ? { grading } : {}) }
    },
  }
}

function readLabelling(reader: FieldReader, base: string, rules: Rules): Labelling {
  return {
    instructions: reader.text('instructions', ''),
    classes: reader.classes(rules),
    records: resolve(base, reader.text('records')),
    items: reader.numbers('items'),
  }
}

/** Most slots and items that one proof settles; more go by chunks, under other circuits. */
const WHOLE = { slots: 7, items: 64 }

async function readConsensus(reader: FieldReader, base: string, slots: number) {
  if (reader.get('deadlines') !== undefined) reader.wrong('deadlines', 'is not for consensus, which has "windows"')
  const terms: ConsensusTermsFile = {
    windows: {
      join: reader.window('join'),
      commit: reader.window('commit'),
      deliver: reader.window('deliver'),
      settle: reader.window('settle'),
    },
    rounds: reader.rounds(),
    aggregator: reader.address('aggregator'),
    historyOf: reader.address('historyOf'),
    assignmentShift: reader.get('assignmentShift') === undefined ? 0 : reader.number('assignmentShift'),
    largestShareBps: reader.get('largestShareBps') === undefined ? undefined : reader.number('largestShareBps'),
    unsafeVoting: reader.flag('unsafeVoting'),
    grading: reader.grading(),
  }
  const { name, licence, schema } = reader.publication()
  const publication = {
    name,
    licence,
    schema: schema === undefined ? '' : await readText(resolve(base, schema), 'Give the schema document.'),
  }
  const rulesOf = reader.rules('rules')
  if (rulesOf(1, 0).kind !== 'distance') reader.wrong('rules.kind', 'must be distance in a consensus task')
  const rules = (itemCount: number): ScalarRules => {
    const capacity = slots <= WHOLE.slots && itemCount <= WHOLE.items ? 64 : 256
    return { ...(rulesOf(itemCount, 0) as ScalarRules), capacity }
  }
  return { ...readLabelling(reader, base, rulesOf(1, 0)), work: 'consensus' as const, terms, publication, rules }
}
