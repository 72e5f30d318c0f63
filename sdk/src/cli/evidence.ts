import { type Address, type Hex, isAddressEqual, isHex, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import type { TaskState } from '../actions/index.js'
import {
  type AdmissionBuilder,
  allowListAdmission,
  encodeProofAdmission,
  gateScope,
  joiningMessage,
  leanRoot,
  type ProvingProgress,
  reputationAdmission,
  semaphoreAdmission,
  semaphoreProof,
  type WorldIdResult,
  worldIdAdmission,
} from '../core.js'
import { GROTH16_SYSTEM } from '../deployments.js'
import { signConsent } from '../gates/joining.js'
import { reputationGateAbi, semaphoreGateAbi } from '../generated/abis.js'
import { type Flags, numberOf, textOf } from './command.js'
import { type Context, readJson } from './context.js'
import { InputFileError, UsageError } from './errors.js'
import { readAccounts } from './gateFile.js'
import { reputationSecret } from './reputationSecret.js'
import {
  readIdentity,
  readMembers,
  readSemaphoreArtifacts,
  readSemaphoreProof,
  type SemaphoreProofFile,
} from './semaphoreFiles.js'

/** How a worker shows a gate that it may join. */
export const evidenceArgs = {
  'allow-list': { type: 'string', valueHint: 'FILE', description: 'The accounts a task with an allow list lets in' },
  identity: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Semaphore: your identity, {"secretScalar"}; with --group',
  },
  group: { type: 'string', valueHint: 'FILE', description: 'Semaphore: the identity commitments of the group' },
  semaphore: {
    type: 'string',
    valueHint: 'DIR',
    description: 'Semaphore: its artifacts (default node_modules/@zk-kit/semaphore-artifacts)',
  },
  'semaphore-proof': {
    type: 'string',
    valueHint: 'FILE',
    description: 'Semaphore: a proof made elsewhere, of what `work evidence` says',
  },
  'world-id-proof': {
    type: 'string',
    valueHint: 'FILE',
    description: 'World ID: what IDKit handed over, of what `work evidence` says',
  },
  reputation: { type: 'boolean', description: 'Prove the reputation you recorded (`reputation show`)' },
  'min-anonymity': {
    type: 'string',
    valueHint: 'N',
    description: 'Reputation: how many accounts or workers your proof must fit (default 10)',
  },
  admission: { type: 'string', valueHint: 'HEX', description: 'Evidence for the gate, made elsewhere' },
} as const

const SOURCES = ['allow-list', 'identity', 'semaphore-proof', 'world-id-proof', 'reputation', 'admission'] as const
const DEFAULT_ARTIFACTS = 'node_modules/@zk-kit/semaphore-artifacts'

/** Gates that only the worker itself passes: its account is what they look at. */
const SELF_ONLY = ['staked', 'allowList']

/** Name of a gate in the deployment; undefined when it is none of it. */
export async function gateNameOf(context: Context, gate: Address): Promise<string | undefined> {
  if (isAddressEqual(gate, zeroAddress)) return 'open'
  const { gates } = await context.deployment()
  return Object.entries(gates).find(([, address]) => isAddressEqual(address, gate))?.[0]
}

/** Whether a gate lets in nobody but the account that acts: by a transaction, or by a call that it signed. */
export function isSelfOnly(name: string | undefined): boolean {
  return name === 'open' || (name !== undefined && SELF_ONLY.includes(name))
}

/** Which evidence the flags name; what is wrong with them is said before anything is asked of the chain. */
export function evidenceSource(flags: Flags): (typeof SOURCES)[number] | undefined {
  const given = SOURCES.filter((name) => flags[name] !== undefined && flags[name] !== false)
  if (given.length > 1) throw new UsageError(`${given.map((name) => `--${name}`).join(' and ')} exclude each other.`)
  if ((flags.group !== undefined || flags.semaphore !== undefined) && given[0] !== 'identity')
    throw new UsageError('--group and --semaphore are for --identity.')
  if (flags['min-anonymity'] !== undefined && given[0] !== 'reputation')
    throw new UsageError('--min-anonymity is for --reputation.')
  const [source] = given
  const { admission } = flags
  if (source === 'admission' && (!isHex(admission) || admission.length % 2 !== 0))
    throw new UsageError('--admission must be bytes in hex.')
  return source
}

/**
 * Evidence from the flags of a command; undefined when none of them was given.
 *
 * @param onProgress - Of a proof.
 */
export async function evidenceOf(
  context: Context,
  flags: Flags,
  task: Pick<TaskState, 'taskId' | 'gate'>,
  onProgress: (progress: ProvingProgress) => void = () => undefined,
): Promise<Hex | AdmissionBuilder | undefined> {
  const source = evidenceSource(flags)
  switch (source) {
    case undefined:
      return undefined
    case 'admission':
      return flags.admission as Hex
    case 'allow-list':
      await assertGate(context, task, 'allowList', source)
      return allowListAdmission(await readAccounts(textIn(flags, source)))
    case 'identity':
      await assertGate(context, task, 'semaphore', source)
      return fromIdentity(context, flags, task)
    case 'semaphore-proof':
      await assertGate(context, task, 'semaphore', source)
      return fromSemaphoreProof(context, textIn(flags, source), task)
    case 'world-id-proof': {
      await assertGate(context, task, 'worldId', source)
      const result = await readWorldIdProof(textIn(flags, source))
      return worldIdAdmission({ verify: async () => result })
    }
    case 'reputation': {
      await assertGate(context, task, 'reputation', source)
      return fromReputation(context, task, numberOf(flags, 'min-anonymity'), onProgress)
    }
    default: {
      const never: never = source
      return never
    }
  }
}

function textIn(flags: Flags, name: string): string {
  const value = textOf(flags, name)
  if (value === undefined) throw new UsageError(`--${name} needs a file.`)
  return value
}

/** Evidence for another gate would be refused on the chain with less to say. */
async function assertGate(context: Context, { gate }: { gate: Address }, needed: string, flag: string): Promise<void> {
  const name = await gateNameOf(context, gate)
  if (name !== needed)
    throw new UsageError(
      `--${flag} is for the gate "${needed}", and this task lets workers in through ${name ? `"${name}"` : gate}.`,
      'See `veritask work evidence` for what it asks for.',
    )
}

export async function semaphoreTerms(context: Context, { taskId, gate }: Pick<TaskState, 'taskId' | 'gate'>) {
  const client = await context.reader()
  const pinned = await readContract(client, {
    address: gate,
    abi: semaphoreGateAbi,
    functionName: 'terms',
    args: [taskId],
  })
  const key = await client.getVerifierKey({ keyId: pinned.keyId })
  return { ...pinned, key, circuit: key.system === GROTH16_SYSTEM }
}

async function fromIdentity(
  context: Context,
  flags: Flags,
  task: Pick<TaskState, 'taskId' | 'gate'>,
): Promise<AdmissionBuilder> {
  const group = textIn(flags, 'group')
  const [secretScalar, members] = await Promise.all([readIdentity(textIn(flags, 'identity')), readMembers(group)])
  const { root, key, circuit } = await semaphoreTerms(context, task)
  if (root !== 0n && leanRoot(members) !== root)
    throw new InputFileError({
      file: group,
      reason: 'is not the group that the task names',
      advice: 'All members are needed, in the order in which they joined, as they were when the task was made.',
    })
  const artifacts = await readSemaphoreArtifacts({
    directory: textOf(flags, 'semaphore') ?? DEFAULT_ARTIFACTS,
    members: members.length,
    keyData: circuit ? key.keyData : undefined,
  })
  return semaphoreAdmission({ artifacts, secretScalar, members, keySystem: circuit ? 'groth16' : 'deployed' })
}

async function fromSemaphoreProof(
  context: Context,
  file: string,
  task: Pick<TaskState, 'taskId' | 'gate'>,
): Promise<AdmissionBuilder> {
  const proof: SemaphoreProofFile = await readSemaphoreProof(file)
  const { circuit } = await semaphoreTerms(context, task)
  return async (request) => {
    if (proof.message !== joiningMessage(request) || proof.scope !== gateScope(request))
      throw new InputFileError({
        file,
        reason: 'is a proof of another joining',
        advice: 'Ask `veritask work evidence` with the same payout and relay fee what to prove, and prove that.',
      })
    const { root, nullifier, depth, points } = proof
    return encodeProofAdmission({
      root,
      nullifier,
      proof: circuit ? points : semaphoreProof({ depth, points }),
      consent: await signConsent(request),
    })
  }
}

async function readWorldIdProof(file: string): Promise<WorldIdResult> {
  const advice = 'Give the JSON that IDKit hands over: merkle_root, nullifier_hash and proof, each in hex.'
  const { merkle_root, nullifier_hash, proof } = ((await readJson(file, advice)) ?? {}) as Record<string, unknown>
  const wrong = (name: string): never => {
    throw new InputFileError({ file, reason: `"${name}" is not hex`, advice })
  }
  return {
    merkle_root: isHex(merkle_root) ? merkle_root : wrong('merkle_root'),
    nullifier_hash: isHex(nullifier_hash) ? nullifier_hash : wrong('nullifier_hash'),
    proof: isHex(proof) ? proof : wrong('proof'),
  }
}

export async function reputationTerms(context: Context, { taskId, gate }: Pick<TaskState, 'taskId' | 'gate'>) {
  return readContract(await context.reader(), {
    address: gate,
    abi: reputationGateAbi,
    functionName: 'terms',
    args: [taskId],
  })
}

async function fromReputation(
  context: Context,
  task: Pick<TaskState, 'taskId' | 'gate'>,
  minAnonymity: number | undefined,
  onProgress: (progress: ProvingProgress) => void,
): Promise<AdmissionBuilder> {
  const { requester, minSlots, minScoreBps } = await reputationTerms(context, task)
  const secret = await reputationSecret(context)
  const recorded = await (await context.reader()).readReputation({ requester })
  const terms = { minSlots, minScoreBps, minAnonymity }
  return reputationAdmission({ prover: context.prover(), secret, recorded, ...terms, onProgress })
}
