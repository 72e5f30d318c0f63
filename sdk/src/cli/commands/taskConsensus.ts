import type { Hex } from 'viem'
import type { ReadConsensusReturnType, RequesterSecrets, Task } from '../../actions/index.js'
import { registeredIdOf } from '../../actions/index.js'
import { findEvent } from '../../events/decode.js'
import { command, type Flags, idOf, numberOf, textOf } from '../command.js'
import { consensusTable } from '../consensusText.js'
import type { Context } from '../context.js'
import { NotDecidedError, UsageError } from '../errors.js'
import { requesterName, requesterSecrets } from '../kept.js'
import { formatOf, labelOutArgs, shownWords, tryTaskWords, writeLabels } from '../labelOutput.js'
import { list, time, toJson, withProgress } from '../output.js'
import { writeNew } from '../written.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const

/** Most workers whose votes one proof takes. */
const CHUNK = 7

export type ConsensusTask = Extract<Task, { kind: 'consensus' }>

export const taskSeed = command({
  name: 'seed',
  description: 'Draw which items each worker of the round gets (consensus with an assignment)',
  args: {
    id,
    beacon: { type: 'boolean', description: 'Only draw the beacon: anyone may, and a worker should' },
    wait: {
      type: 'string',
      valueHint: 'SECONDS',
      description: 'How long to wait for the block that the beacon is from (default 120)',
    },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const waitSeconds = numberOf(flags, 'wait')
    // Asked for first: without them nothing is worth sending.
    const secrets = flags.beacon === true ? undefined : await requesterSecrets(context, taskId)
    return withProgress('Drawing the items', context.json, async (report) => {
      report(0, 'waiting for the block of the beacon')
      if (secrets) {
        const { round, hash, found } = await client.revealSeed({ taskId, secrets, waitSeconds })
        const text = list({ round: round + 1, items: 'drawn: workers can label', transaction: hash })
        return { data: { taskId, round, hash, found }, text }
      }
      const { round, outcome, beaconBlock, hash, found } = await client.drawBeacon({ taskId, waitSeconds })
      const data = { taskId, round, outcome, beaconBlock, hash, found }
      const next =
        outcome === 'drawn'
          ? 'drawn: the requester shows the seed'
          : 'picked: run this again once it is past, within 256 blocks'
      return { data, text: list({ round: round + 1, block: beaconBlock, beacon: next, transaction: hash }) }
    })
  },
})

export const taskConsensus = command({
  name: 'consensus',
  description: 'The consensus of a settled task in the open, and the dataset version it became',
  args: {
    id,
    ...labelOutArgs,
    opening: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Write there what proves to others that these labels are those of the dataset version',
    },
  },
  run: async (context, flags) => {
    const taskId = idOf(flags)
    const task = await consensusTask(context, taskId)
    const { phase, nextDeadline: until } = task
    if (task.progress.out === 0n)
      throw new NotDecidedError({ taskId, phase, until: until === null ? null : time(until) })
    return showConsensus(context, flags, task)
  },
})

/** Prints a decided consensus, and writes it where the flags say. */
export async function showConsensus(context: Context, flags: Flags, { taskId, rules }: ConsensusTask) {
  formatOf(flags, rules)
  const client = await context.reader()
  const secrets = await requesterSecrets(context, taskId)
  const [consensus, version, words] = await Promise.all([
    client.readConsensus({ taskId, secrets }),
    versionOf(context, taskId),
    tryTaskWords(context, secrets),
  ])
  if (!consensus) throw new Error('a decided task has no consensus')
  const { labels, covered } = consensus
  const { classes, note } = shownWords(words)
  // Items that nobody's vote is on are left out: their label says nothing.
  const known = labels.flatMap((label, item) => (covered[item] ? [{ item, label }] : []))
  const out = (await writeLabels(flags, { taskId, rules, words }, known)) ? textOf(flags, 'out') : undefined
  const opening = textOf(flags, 'opening')
  if (opening) await writeNew(opening, openingOf(consensus, version.versionId, rules), 'opening')
  const data = { taskId, labels, covered, classes, ...version, ...(out ? { file: out } : {}) }
  const lines = list({
    'dataset version': version.versionId,
    dataset: version.datasetId,
    ...(out ? { written: out } : {}),
    ...(note ? { note } : {}),
    ...(opening ? { opening } : {}),
  })
  return { data, text: `${consensusTable(consensus, classes)}\n\n${lines}` }
}

const openingOf = ({ labels, salt, context }: ReadConsensusReturnType, versionId: Hex, rules: ConsensusTask['rules']) =>
  `${toJson({ version: 1, versionId, rules, labels, salt, context })}\n`

/** The module registers the dataset under the id of the task. */
async function versionOf(context: Context, taskId: Hex) {
  const { chainId, contracts } = await context.deployment()
  const { datasetRegistry: registry, consensus: owner } = contracts
  const reached = findEvent(await (await context.reader()).getTaskEvents({ taskId }), 'ConsensusReached')
  if (!reached) throw new Error('a decided task has no dataset version')
  const { versionId, support, possible } = reached.args
  return { datasetId: registeredIdOf({ chainId, registry, owner, salt: taskId }), versionId, support, possible }
}

export async function consensusTask(context: Context, taskId: Hex): Promise<ConsensusTask> {
  const task = await (await context.reader()).getTask({ taskId })
  if (task.kind !== 'consensus') throw new UsageError(`This is a task of ${task.kind}.`, 'See `veritask task show`.')
  return task
}

/** Whether this state directory can prove the consensus now. */
export async function canAggregate(context: Context, task: Task): Promise<boolean> {
  return (
    task.kind === 'consensus' &&
    task.phase === 'aggregating' &&
    (await context.vault().find<RequesterSecrets>(requesterName(task.taskId))) !== undefined
  )
}

/** Proves the majority and every agreement with it; goes on where it was stopped. */
export async function aggregate(context: Context, { taskId, rules, progress }: ConsensusTask) {
  const client = await context.signer()
  const secrets = await requesterSecrets(context, taskId)
  const chunks = Math.ceil(progress.delivered / CHUNK)
  // One proof for a small task; else the counts by chunks, the decision, the agreements by chunks.
  const whole = rules.capacity === 64
  const proofs = whole ? 1 : 2 * chunks + 1
  const started = whole ? 0 : progress.out === 0n ? Math.ceil(progress.tallied / CHUNK) : chunks + 1
  return withProgress('Proving the consensus', context.json, (report) => {
    let done = started
    const say = (fraction: number, stage: string) =>
      report(Math.min((done + fraction) / proofs, 1), `${Math.min(done + 1, proofs)} of ${proofs}: ${stage}`)
    const prover = context.prover()
    return client.settleConsensus({
      taskId,
      secrets,
      prover: {
        ...prover,
        prove: (asked) => prover.prove({ ...asked, onProgress: ({ fraction, stage }) => say(fraction, stage) }),
      },
      onStep: ({ step }) => {
        done++
        say(0, `${step} sent`)
      },
    })
  })
}
