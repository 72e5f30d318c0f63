import { type AbiFunction, decodeFunctionData, type Hex, toFunctionSelector, zeroAddress, zeroHash } from 'viem'
import { getTransaction } from 'viem/actions'
import { ZERO_COUNTS } from '../../../consensus/countConstants.js'
import { drawMask } from '../../../consensus/draw.js'
import { proofContext, WHOLE_TASK } from '../../../context.js'
import type { Deployment } from '../../../deployments.js'
import type { VeritaskEvent, VeritaskEventName, VeritaskEventNamed } from '../../../events/decode.js'
import { consensusSettlementAbi } from '../../../generated/abis.js'
import { decodeRules } from '../../../labels/rules.js'
import {
  agreeVector,
  type ConsensusCircuitName,
  consensusVector,
  decideVector,
  type PublicVoter,
  tallyVector,
} from '../../../proving/consensusVectors.js'
import { ask, type VeritaskClient } from '../connect.js'
import { isBefore, type Positioned, readLogs } from '../logs.js'
import { type ProofPlace, SIGNAL } from '../statement.js'
import type { ConsensusTerms } from '../terms.js'
import { type Receipt, type ReceiptFacts, ReceiptNotFoundError, vectorFacts } from './facts.js'

/** What an aggregator proves about a task as a whole. */
type Step = 'consensus' | 'tally' | 'decide' | 'agree'

const steps: {
  readonly [step in Step]: {
    readonly circuit: ConsensusCircuitName
    readonly key: keyof ConsensusTerms & `${step}KeyId`
  }
} = {
  consensus: { circuit: 'consensus-64', key: 'consensusKeyId' },
  tally: { circuit: 'tally-256', key: 'tallyKeyId' },
  decide: { circuit: 'decide-256', key: 'decideKeyId' },
  agree: { circuit: 'agree-256', key: 'agreeKeyId' },
}

/**
 * A proof of an aggregator. Its statement is put together from what every vote left on the chain; the figures that it states
 * come from the events that followed it, and where those do not name them, from the call itself.
 */
export async function readAggregateFacts(
  client: VeritaskClient,
  deployment: Deployment,
  receipt: Receipt,
): Promise<ReceiptFacts> {
  const { taskId, keyId } = receipt.args
  const task = await readVotes(client, deployment, taskId)
  const effects = await readEffects(client, deployment, receipt)
  const step = stepOf(task.terms, effects)
  if (!step) throw new ReceiptNotFoundError({ what: `of a proof about task ${taskId} as a whole` })
  const place: ProofPlace = {
    chainId: deployment.chainId,
    module: receipt.address,
    taskId,
    slot: WHOLE_TASK,
    payout: zeroAddress,
    keyId,
  }
  const vector = await readVector[step](client, { receipt, task, effects, place })
  const { inRange, receiptId, bound, matches } = vectorFacts(receipt, place, vector)
  const { circuit, key } = steps[step]
  return {
    statement: step,
    place,
    circuit,
    pinned: {
      description: `The task was created under this key for ${step} proofs.`,
      passed: task.terms[key] === keyId,
    },
    inRange,
    context: {
      description: 'The proof is bound to this chain, settlement module, task and key.',
      passed: bound,
    },
    stated: {
      description: 'The proof is about the commitments, weights, assignments and counts that the chain shows.',
      passed: matches,
      ...(vector ? {} : { detail: 'logs and calls do not show all that such a proof states' }),
    },
    receiptId,
  }
}

/** Everything that the votes of a task left in the logs. */
type Votes = {
  readonly taskId: Hex
  readonly terms: ConsensusTerms
  readonly joined: readonly VeritaskEventNamed<'SlotJoined'>[]
  readonly committed: readonly Extract<VeritaskEventNamed<'LabelsCommitted'>, { contract: 'consensus' }>[]
  readonly delivered: readonly VeritaskEventNamed<'LabelsDelivered'>[]
  readonly seeds: readonly VeritaskEventNamed<'SeedRevealed'>[]
  readonly rounds: readonly VeritaskEventNamed<'RoundOpened'>[]
  readonly counts: readonly VeritaskEventNamed<'CountsAdded'>[]
  readonly reached: VeritaskEventNamed<'ConsensusReached'> | undefined
}

async function readVotes(client: VeritaskClient, deployment: Deployment, taskId: Hex): Promise<Votes> {
  const logs = <name extends VeritaskEventName>(eventName: name) =>
    readLogs(client, deployment, { contract: 'consensus', eventName, args: { taskId } })
  const [[set], joined, committed, delivered, seeds, rounds, counts, [reached]] = await Promise.all([
    logs('ConsensusTermsSet'),
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args: { taskId } }),
    logs('LabelsCommitted') as Promise<Votes['committed']>,
    logs('LabelsDelivered'),
    logs('SeedRevealed'),
    logs('RoundOpened'),
    logs('CountsAdded'),
    logs('ConsensusReached'),
  ])
  if (!set) throw new ReceiptNotFoundError({ what: `of a task with terms: ${taskId}` })
  return { taskId, terms: set.args.terms, joined, committed, delivered, seeds, rounds, counts, reached }
}

type Effect = VeritaskEventNamed<'CountsAdded' | 'RoundOpened' | 'ConsensusReached' | 'SlotAgreed'>
const effectNames = ['CountsAdded', 'RoundOpened', 'ConsensusReached', 'SlotAgreed'] as const

/** What the module did for this proof: its events from the receipt on, up to its next receipt. */
async function readEffects(
  client: VeritaskClient,
  deployment: Deployment,
  receipt: Receipt,
): Promise<readonly Effect[]> {
  const { taskId } = receipt.args
  const block = { fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber }
  const names = [...effectNames, 'ReceiptIssued'] as const
  const events: readonly VeritaskEvent[] = await readLogs(client, deployment, {
    contract: 'consensus',
    eventName: names,
    ...block,
  })
  const later = events.filter(
    (event) => event.transactionHash === receipt.transactionHash && event.logIndex > receipt.logIndex,
  )
  const next = later.findIndex(({ eventName }) => eventName === 'ReceiptIssued')
  const own = (next === -1 ? later : later.slice(0, next)) as Effect[]
  return own.filter(({ args }) => args.taskId === taskId)
}

function stepOf(terms: ConsensusTerms, effects: readonly Effect[]): Step | undefined {
  if (named(effects, 'CountsAdded')[0]) return 'tally'
  if (named(effects, 'ConsensusReached')[0] || named(effects, 'RoundOpened')[0])
    return terms.consensusKeyId === zeroHash ? 'decide' : 'consensus'
  return named(effects, 'SlotAgreed')[0] ? 'agree' : undefined
}

function named<name extends Effect['eventName']>(effects: readonly Effect[], name: name) {
  return effects.filter((event): event is Extract<Effect, { eventName: name }> => event.eventName === name)
}

type Given = {
  readonly receipt: Receipt
  readonly task: Votes
  readonly effects: readonly Effect[]
  readonly place: ProofPlace
}

/** Makes the vector; undefined where the chain does not show all of it. */
type Vector = (() => readonly bigint[]) | undefined

const readVector: { readonly [step in Step]: (client: VeritaskClient, given: Given) => Promise<Vector> } = {
  async consensus(client, { receipt, task, effects, place }) {
    // Every vote delivered by then is in it.
    const slots = task.delivered
      .filter((event) => isBefore(event, receipt))
      .map(({ args }) => args.slot)
      .sort((a, b) => a - b)
    const figures = await readFigures(client, receipt, effects, 'conclude')
    if (!figures?.agreements || figures.slots?.join() !== slots.join()) return undefined
    const { out, support } = figures
    const agreements = figures.agreements
    return () =>
      consensusVector({
        taskContext: taskContext(place),
        out,
        support: Number(support),
        workers: slots.map((slot, index) => ({ ...voterOf(task, slot), agreements: Number(agreements[index]) })),
      })
  },
  async tally(_, { receipt, task, effects }) {
    const [added] = named(effects, 'CountsAdded')
    if (!added) return undefined
    const { slots, next } = added.args
    return () =>
      tallyVector({ previous: countsBefore(task, receipt), next, workers: slots.map((slot) => voterOf(task, slot)) })
  },
  async decide(client, { receipt, task, effects, place }) {
    const figures = await readFigures(client, receipt, effects, 'decide')
    if (!figures) return undefined
    const { out, support } = figures
    const counts = countsBefore(task, receipt)
    return () => decideVector({ taskContext: taskContext(place), counts, out, support: Number(support) })
  },
  async agree(_, { receipt, task, effects }) {
    const { reached } = task
    if (!reached || !isBefore(reached, receipt)) return undefined
    const workers = named(effects, 'SlotAgreed').map(({ args: { slot, agreements } }) => ({
      ...voterOf(task, slot),
      agreements: Number(agreements),
    }))
    return () => agreeVector({ out: reached.args.out, workers })
  },
}

function taskContext(place: ProofPlace): bigint {
  return proofContext({ ...place, keyId: zeroHash })
}

/** Commitment to the counts that the proof started from. */
function countsBefore({ counts }: Votes, receipt: Positioned): bigint {
  return counts.findLast((event) => isBefore(event, receipt))?.args.next ?? ZERO_COUNTS
}

/** What a slot put on the chain: its labels' commitment, its weight, and the items that count. */
function voterOf({ taskId, terms, joined, committed, seeds, rounds }: Votes, slot: number): PublicVoter {
  const holder = joined.find(({ args }) => args.slot === slot)
  const vote = committed.find(({ args }) => args.slot === slot)
  if (!holder || !vote) throw new ReceiptNotFoundError({ what: `of a committed slot ${slot} in task ${taskId}` })
  const { itemCount, capacity } = decodeRules(terms.rules)
  const round = rounds.filter((opened) => isBefore(opened, holder)).length
  const seed = seeds.find(({ args }) => args.round === round)?.args.seed ?? zeroHash
  const { worker, payout } = holder.args
  const mask = drawMask({
    seed,
    worker,
    payout,
    shift: terms.assignmentShift,
    itemCount,
    capacity: capacity === 64 ? 64 : 256,
  })
  return { commitment: vote.args.commitment, weight: vote.args.weight, mask }
}

type Figures = {
  readonly out: bigint
  readonly support: bigint
  readonly slots?: readonly number[] | undefined
  readonly agreements?: readonly bigint[] | undefined
}

/** What a proof of the majority states. A round that came to nothing names no consensus, so then the call is read. */
async function readFigures(
  client: VeritaskClient,
  receipt: Receipt,
  effects: readonly Effect[],
  functionName: 'conclude' | 'decide',
): Promise<Figures | undefined> {
  const [reached] = named(effects, 'ConsensusReached')
  if (reached) {
    const { out, support } = reached.args
    const agreed = named(effects, 'SlotAgreed').map(({ args }) => args)
    return {
      out,
      support,
      slots: agreed.map(({ slot }) => slot),
      agreements: agreed.map(({ agreements }) => agreements),
    }
  }
  const [opened] = named(effects, 'RoundOpened')
  const call = opened && (await findCall(client, receipt, functionName))
  // The support is in the event too: a call that says something else is not what happened.
  return call && call.support === opened.args.support ? call : undefined
}

/** The call with exactly this proof, wherever in the transaction's input it stands: accounts and batches wrap calls. */
async function findCall(
  client: VeritaskClient,
  { transactionHash, args: { taskId, publicSignals, proof } }: Receipt,
  functionName: 'conclude' | 'decide',
): Promise<Figures | undefined> {
  const { input } = await ask(() => getTransaction(client, { hash: transactionHash }))
  const item = consensusSettlementAbi.find((entry) => entry.type === 'function' && entry.name === functionName)
  const selector = toFunctionSelector(item as AbiFunction).slice(2)
  for (let at = input.indexOf(selector); at !== -1; at = input.indexOf(selector, at + 1)) {
    const call = decoded(`0x${input.slice(at)}`)
    if (!call || call.taskId !== taskId || call.proof !== proof) continue
    if (call.digest === publicSignals[SIGNAL.digest]) return call
  }
  return undefined
}

function decoded(data: Hex): (Figures & { taskId: Hex; digest: bigint; proof: Hex }) | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: consensusSettlementAbi, data })
    if (functionName === 'conclude') {
      const [taskId, slots, agreements, out, support, digest, proof] = args
      return { taskId, slots, agreements, out, support, digest, proof }
    }
    if (functionName !== 'decide') return undefined
    const [taskId, out, support, digest, proof] = args
    return { taskId, out, support, digest, proof }
  } catch {
    // Four bytes that happen to be a selector.
    return undefined
  }
}
