import { type Address, type Hex, isHex, size } from 'viem'
import type { Task, VotingTrust, WorkerSecrets } from '../../actions/index.js'
import { assertCallable, contractCall } from '../../actions/internal/write.js'
import {
  type AdmissionBuilder,
  type AdmissionRequest,
  gateScope,
  joiningMessage,
  reputationAnonymity,
  worldIdRequest,
} from '../../core.js'
import { RelayFeeTooHighError } from '../../errors/admission.js'
import { taskRegistryAbi } from '../../generated/abis.js'
import { amountsOf } from '../../text/amounts.js'
import { AMOUNT_HINT, amountOf } from '../amounts.js'
import { sendOrSign } from '../callFile.js'
import { addressOf, command, type Flags, idOf, numberOf, textOf } from '../command.js'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'
import {
  evidenceArgs,
  evidenceOf,
  evidenceSource,
  gateNameOf,
  isSelfOnly,
  reputationTerms,
  semaphoreTerms,
} from '../evidence.js'
import { goldWarning, warn } from '../goldText.js'
import { joiningToText } from '../joiningFile.js'
import { workerName } from '../kept.js'
import { list, proving, withProgress } from '../output.js'
import { assertProvable } from '../provable.js'
import { writeNew } from '../written.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const
export const joiningArgs = {
  payout: { type: 'string', valueHint: 'ADDRESS', description: 'Where the reward goes (default: your account)' },
  'relay-fee': {
    type: 'string',
    valueHint: 'AMOUNT',
    description: `What each relayer gets of the reward, ${AMOUNT_HINT}`,
  },
} as const

/** What a worker says of the terms it joins under, and of how it proves. */
export const trustArgs = {
  terms: {
    type: 'string',
    valueHint: 'HASH',
    description: 'Join only under these terms, as `task show` gave them (default: those of now, which are shown)',
  },
  'unsafe-voting': {
    type: 'boolean',
    description: 'Join a consensus that pays for not looking: where you trust whoever can join to look',
  },
  'largest-share-bps': {
    type: 'string',
    valueHint: 'N',
    description:
      'Consensus: how common you know the most common class to be (default: twice its fair share, at most 6000)',
  },
  'prove-elsewhere': {
    type: 'boolean',
    description: 'Join although the circuits for proving are not to be had here',
  },
} as const

export const workJoin = command({
  name: 'join',
  description: 'Take a slot of a task, yourself or through a relayer',
  args: {
    id,
    ...joiningArgs,
    ...evidenceArgs,
    ...trustArgs,
    out: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Write the joining there instead of sending it, for anyone to bring with `relay`',
    },
  },
  run: async (context, flags) => {
    const taskId = idOf(flags)
    const out = textOf(flags, 'out')
    evidenceSource(flags)
    const termsHash = termsOf(flags)
    const voting = votingOf(flags)
    return withProgress('Making the evidence', context.json, async (report) => {
      const task = await (await context.reader()).getTask({ taskId })
      const { gate } = task
      // Before any evidence is made, which takes a while.
      await amountOf(await context.reader(), task.token, flags, 'relay-fee')
      if (task.kind === 'hidden-gold') warn(goldWarning(task))
      if ('rules' in task && !flags['prove-elsewhere']) await assertProvable(task, context.artifacts)
      const agreed = { task, ...(termsHash ? { termsHash } : {}), ...voting }
      // A worker that its gate or its stake wants to come itself signs the call; the others sign the joining.
      const itself = await comesItself(context, task)
      const admission = await evidenceOf(context, flags, { taskId, gate }, proving(report))
      if (out === undefined || itself) return joinNow(context, flags, { taskId, admission, agreed, out })
      if (typeof admission !== 'function')
        throw new UsageError('A joining that somebody else brings needs evidence that is made for it.', EVIDENCE_ADVICE)
      const { prepared } = await prepare(context, flags, { taskId, admission, agreed })
      await tryJoining(context, prepared)
      await writeNew(out, joiningToText(prepared))
      const { worker, payout, relayFee } = prepared.joining
      const data = { taskId, worker, payout, relayFee, termsHash: prepared.joining.termsHash, file: out }
      return { data, text: list({ task: taskId, worker, payout, terms: prepared.joining.termsHash, written: out }) }
    })
  },
})

const EVIDENCE_ADVICE = 'Give --identity and --group, --semaphore-proof, --world-id-proof or --reputation.'

async function joinNow(
  context: Context,
  flags: Flags,
  {
    taskId,
    admission,
    agreed,
    out,
  }: Agreed & { readonly admission: Hex | AdmissionBuilder | undefined; out?: string | undefined },
) {
  const client = await context.signer()
  const worker = await context.address()
  const payout = addressOf(flags, 'payout')
  const relayFee = await amountOf(client, agreed.task.token, flags, 'relay-fee')
  const kept = await context.vault().find<WorkerSecrets>(workerName(taskId, worker))
  const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
    client.joinTask({
      taskId,
      ...agreed,
      ...(payout ? { payout } : {}),
      ...(admission ? { admission } : {}),
      ...(relayFee === undefined ? {} : { relayFee }),
      ...(kept ? { secrets: kept } : {}),
      onSecrets: (secrets) => context.vault().put(workerName(taskId, worker), secrets),
      ...how,
    }),
  )
  const { task, termsHash = task.termsHash } = agreed
  const { rewardPerSlot: reward, stakePerSlot: stake } = task
  const amount = await amountsOf(client, task.token)
  const terms = { reward: amount(reward), stake: amount(stake), terms: termsHash }
  if (!sent) return { data: { taskId, worker, stake, termsHash, file: out }, text: list({ ...terms, written: out }) }
  const { slot, hash, found, ...joined } = sent
  const data = { taskId, slot, payout: joined.payout, reward, stake, termsHash: joined.termsHash, hash, found }
  return { data, text: list({ task: taskId, slot, payout: joined.payout, ...terms, transaction: hash }) }
}

/** What the worker saw of the task, and agrees to. */
type Agreed = {
  readonly taskId: Hex
  readonly agreed: VotingTrust & { readonly task: Task; readonly termsHash?: Hex }
}

/** What the worker says of the vote of a consensus. */
function votingOf(flags: Flags): VotingTrust {
  const largestShareBps = numberOf(flags, 'largest-share-bps')
  return {
    ...(flags['unsafe-voting'] ? { unsafeVoting: true } : {}),
    ...(largestShareBps === undefined ? {} : { largestShareBps }),
  }
}

/** Whether nobody can bring a joining of this task but who is to work. */
async function comesItself(context: Context, { gate, stakePerSlot }: Task): Promise<boolean> {
  return stakePerSlot > 0n || isSelfOnly(await gateNameOf(context, gate))
}

function termsOf(flags: Flags): Hex | undefined {
  const given = textOf(flags, 'terms')
  if (given === undefined) return undefined
  if (!isHex(given) || size(given) !== 32) throw new UsageError('--terms must be a hash of 32 bytes in hex.')
  return given
}

/** A joining with its evidence, and the secrets of its worker kept: the same whenever it is made again. */
export async function prepare(
  context: Context,
  flags: Flags,
  {
    taskId,
    admission,
    agreed,
  }: Pick<Agreed, 'taskId'> & { readonly agreed?: Partial<Agreed['agreed']>; readonly admission: AdmissionBuilder },
) {
  const client = await context.reader()
  const worker = await context.account()
  const kept = await context.vault().find<WorkerSecrets>(workerName(taskId, worker.address))
  const { rewardPerSlot, token } = await client.getTask({ taskId })
  const relayFee = (await amountOf(client, token, flags, 'relay-fee')) ?? 0n
  if (relayFee > rewardPerSlot / 2n) throw new RelayFeeTooHighError({ relayFee, maxRelayFee: rewardPerSlot / 2n })
  return client.prepareJoining({
    taskId,
    ...agreed,
    worker,
    payout: addressOf(flags, 'payout') ?? worker.address,
    relayFee,
    admission,
    ...(kept ? { secrets: kept } : {}),
    onSecrets: (secrets) => context.vault().put(workerName(taskId, worker.address), secrets),
  })
}

/** As a stranger would bring it: what is wrong with it is said to the worker and not to its relayer. */
async function tryJoining(context: Context, { taskId, joining, admission }: Prepared): Promise<void> {
  const { taskRegistry, forwarder } = (await context.deployment()).contracts
  const stranger = { address: forwarder, local: undefined }
  const call = contractCall(taskRegistryAbi, taskRegistry, 'join', [taskId, joining, admission])
  await assertCallable(await context.reader(), stranger, call)
}

type Prepared = Awaited<ReturnType<typeof prepare>>['prepared']

export const workEvidence = command({
  name: 'evidence',
  description: 'What the gate of a task asks for, and what a proof that is made elsewhere has to be about',
  args: { id, ...joiningArgs },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const { gate } = await client.getTask({ taskId })
    const name = await gateNameOf(context, gate)
    const asked = name === undefined ? undefined : await asks[name]?.(context, flags, { taskId, gate })
    const data = { taskId, gate: name ?? gate, ...asked }
    return { data, text: list(data) }
  },
})

type Place = { readonly taskId: Hex; readonly gate: Address }
type Asked = Readonly<Record<string, string | number>>

/** What each gate asks for, by its name in the deployment. */
const asks: { readonly [gate: string]: (context: Context, flags: Flags, place: Place) => Promise<Asked> } = {
  open: async () => ({ asks: 'nothing' }),
  staked: async () => ({ asks: 'stake: `stake deposit`' }),
  allowList: async () => ({ asks: 'an account of its list: --allow-list FILE' }),
  semaphore: async (context, flags, place) => {
    const [{ keyId, root, circuit }, request] = await Promise.all([
      semaphoreTerms(context, place),
      requestOf(context, flags, place),
    ])
    return {
      asks: 'membership of a Semaphore group: --identity and --group, or --semaphore-proof',
      key: keyId,
      root: root === 0n ? 'any that the group had' : String(root),
      proof: circuit ? 'under a key of the circuit' : 'through a deployed Semaphore contract',
      message: String(joiningMessage(request)),
      scope: String(gateScope(request)),
    }
  },
  worldId: async (context, flags, place) => {
    const { action, signal } = worldIdRequest(await requestOf(context, flags, place))
    return { asks: 'a World ID proof of this action and signal: --world-id-proof', action, signal }
  },
  reputation: async (context, _, place) => {
    const { requester, minSlots, minScoreBps } = await reputationTerms(context, place)
    const recorded = await (await context.reader()).readReputation({ requester })
    const { accounts, workers } = reputationAnonymity({ recorded, minSlots, minScoreBps })
    const terms = { of: requester, minSlots, minScoreBps }
    return { asks: 'recorded work: --reputation', ...terms, accountsAlone: accounts, atMostWorkers: workers }
  },
}

/** The joining that a proof is bound to. Its worker's secrets are kept, so that it is the same when it joins. */
async function requestOf(context: Context, flags: Flags, { taskId }: Place): Promise<AdmissionRequest> {
  let request: AdmissionRequest | undefined
  await prepare(context, flags, {
    taskId,
    // Nothing is joined here: what the vote is worth is said when it is.
    agreed: { unsafeVoting: true },
    admission: async (asked) => {
      request = asked
      return '0x'
    },
  })
  if (!request) throw new Error('a joining was made without its evidence')
  return request
}
