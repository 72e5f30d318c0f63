import {
  type Abi,
  type Address,
  decodeFunctionData,
  type Hex,
  isAddressEqual,
  keccak256,
  sliceHex,
  stringToHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import type { ProtocolParameters } from '../actions/parameters.js'
import type { Deployment } from '../deployments.js'
import {
  protocolParametersAbi,
  taskRegistryAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
  veritaskTokenAbi,
} from '../generated/abis.js'
import { keyIdOf } from '../proving/groth16.js'
import { nativeAmount, nativeFacts, type TokenFacts, tokenAmount } from '../text/amounts.js'
import { formatSetting, parameterNames, type SettingName, settingLabel, type VotingSettings } from './settings.js'

/** One call that governance makes when a proposal is executed. */
export type GovernanceCall = {
  readonly target: Address
  /** In wei. */
  readonly value: bigint
  readonly data: Hex
}

export type DescribedCall = GovernanceCall & {
  /** Name of the target in the deployment; undefined when it is no contract of the protocol. */
  readonly contract: string | undefined
  /** Undefined when the ABI of the target does not have it. */
  readonly functionName: string | undefined
  /** What it does, one sentence each. */
  readonly words: readonly string[]
  /** The numbers it changes, those alone, each in its unit; what calls within it change is told in words only. */
  readonly changes: readonly SettingChange[]
  /** The words without the sentences of `changes`, for who shows those as a table. */
  readonly notes: readonly string[]
}

/** A number of the protocol that a call changes, as text: `2%` to `1%`. */
export type SettingChange = {
  /** As the contracts name it. */
  readonly name: string
  readonly label: string
  /** Undefined when what holds before the call is not known. */
  readonly from: string | undefined
  readonly to: string
}

type ParameterValues = Omit<ProtocolParameters, 'version'>

/** What tasks that pay in a token must keep to, in base units of it. */
export type TokenPolicy = { readonly allowed: boolean; readonly minReward: bigint; readonly minStake: bigint }

/** What holds before a call is made; what is left out is not known. */
export type GovernanceState = {
  readonly parameters?: ParameterValues | undefined
  readonly voting?: Partial<VotingSettings> | undefined
  /** By address in lower case. */
  readonly tokens?: { readonly [token: string]: TokenFacts & { readonly policy?: TokenPolicy | undefined } } | undefined
}

const abis: { readonly [contract: string]: Abi } = {
  protocolParameters: protocolParametersAbi,
  verifierKeyRegistry: verifierKeyRegistryAbi,
  governor: veritaskGovernorAbi,
  timelock: veritaskTimelockAbi,
  voteToken: veritaskTokenAbi,
  taskRegistry: taskRegistryAbi,
}

const roles: { readonly [id: Hex]: string } = Object.fromEntries([
  [zeroHash, 'administrator'],
  ...(['PROPOSER_ROLE', 'EXECUTOR_ROLE', 'CANCELLER_ROLE'] as const).map((role) => [
    keccak256(stringToHex(role)),
    role.replace('_ROLE', '').toLowerCase(),
  ]),
])

/** What a function does: in words, and as the numbers it changes. */
type Said = Pick<DescribedCall, 'words'> & Partial<Pick<DescribedCall, 'changes' | 'notes'>>
type Words = (args: readonly unknown[], context: DescribeContext) => readonly string[] | Said

type DescribeContext = {
  readonly deployment: Deployment
  /** What the calls before left behind; each call that sets something changes it for the next. */
  readonly state: { -readonly [part in keyof GovernanceState]: GovernanceState[part] }
}

const voting =
  (name: keyof VotingSettings): Words =>
  ([value], { state }) => {
    const [from, to] = [state.voting?.[name], BigInt(value as bigint | number)]
    state.voting = { ...state.voting, [name]: to }
    return told([settingChange(name, from, to)])
  }

const ownership: { readonly [functionName: string]: Words } = {
  transferOwnership: ([owner], context) => [`WARNING: hand the contract over to ${nameOf(owner as Address, context)}.`],
  renounceOwnership: () => ['WARNING: leave the contract without an owner: nobody could ever change it.'],
}

/** What each function that governance may call means, by contract and name. */
const words: { readonly [contract: string]: { readonly [functionName: string]: Words } } = {
  protocolParameters: {
    setParameters: ([next], { state }) => {
      const { parameters } = state
      state.parameters = next as ParameterValues
      return parameterChanges(next as ParameterValues, parameters)
    },
    setTokenPolicy: ([token, policy], context) => tokenPolicy(token as Address, policy as TokenPolicy, context),
    setSettlement: ([settlement, allowed], context) =>
      moduleAllowance('settlement', settlement as Address, allowed as boolean, context),
    setGate: ([gate, allowed], context) => moduleAllowance('gate', gate as Address, allowed as boolean, context),
    ...ownership,
  },
  verifierKeyRegistry: {
    propose: ([proposal], context) => {
      const key = proposal as ProposedKey
      return [
        proposedKey(context, key),
        `Its artifacts are said to have the manifest hash ${key.manifestHash}.`,
        key.needsChallenge
          ? 'It is said to need a challenge: direct and optimistic tasks and gates refuse it.'
          : 'It is said to need NO challenge: if its circuit has one, anybody can forge direct and optimistic tasks under it.',
        key.freezableByProof
          ? 'Whoever proves the statement that nobody chose freezes it: if its circuit takes any signals, anybody can.'
          : 'No proof freezes it: nobody but the guardian and governance can.',
        key.gasCap === 0
          ? 'One verification may take the gas cap of the parameters.'
          : `One verification may take ${key.gasCap} gas, whatever the parameters say.`,
        key.development
          ? 'It is a DEVELOPMENT key: anybody can forge proofs under it.'
          : 'It is said to come from a ceremony; the chain cannot check that.',
      ]
    },
    freeze: ([keyId, reason, advisory]) => {
      const { id, uri } = advisory as { id: string; uri: string }
      const named =
        id === '' && uri === '' ? 'It names no advisory.' : `Its advisory is ${quoted(id)} at ${quoted(uri)}.`
      return [`Freeze the verifier key ${keyId} for ever, because: ${quoted(reason as string)}.`, named]
    },
    setGuardian: ([guardian]) => [
      guardian === zeroAddress ? 'Have no guardian.' : `Make ${guardian} the guardian, who may freeze keys.`,
    ],
    ...ownership,
  },
  governor: {
    setVotingDelay: voting('votingDelay'),
    setVotingPeriod: voting('votingPeriod'),
    setLateQuorumVoteExtension: voting('lateQuorumExtension'),
    setProposalThreshold: voting('proposalThreshold'),
    updateQuorumNumerator: voting('quorumPercent'),
    updateTimelock: ([timelock]) => [`WARNING: execute proposals through another timelock, ${timelock}.`],
    relay: ([target, value, data], context) => [
      'WARNING: have the governor itself make this call, which it may make of the timelock too:',
      ...inner(context, target, value, data),
    ],
  },
  timelock: {
    updateDelay: voting('minDelay'),
    schedule: ([target, value, data], context) => [
      'WARNING: queue this call in the timelock, past any vote on it:',
      ...inner(later(context), target, value, data),
    ],
    scheduleBatch: ([targets, values, payloads], context) => [
      'WARNING: queue these calls in the timelock, past any vote on them:',
      ...innerBatch(later(context), targets, values, payloads),
    ],
    execute: ([target, value, data], context) => ['Execute this queued call:', ...inner(context, target, value, data)],
    executeBatch: ([targets, values, payloads], context) => [
      'Execute these queued calls:',
      ...innerBatch(context, targets, values, payloads),
    ],
    grantRole: ([role, account], context) => [
      `WARNING: make ${nameOf(account as Address, context)} a timelock ${roleOf(role as Hex)}.`,
    ],
    revokeRole: ([role, account], context) => [
      `Take the timelock role ${roleOf(role as Hex)} from ${nameOf(account as Address, context)}.`,
    ],
  },
}

/**
 * Says in words what a call of a proposal does. What it cannot read it says it cannot read.
 *
 * @param options.before - What holds now: only what differs from it is named.
 *
 * @example
 * import { describeGovernanceCall, getParameters } from '@veritask/sdk'
 * const { words } = describeGovernanceCall(deployment, call, { before: { parameters: await getParameters(client) } })
 */
export function describeGovernanceCall(
  deployment: Deployment,
  call: GovernanceCall,
  options: { readonly before?: GovernanceState | undefined } = {},
): DescribedCall {
  return describeIn({ deployment, state: { ...options.before } }, call)
}

/**
 * Says in words what the calls of one proposal do, one after the other: what a call finds is what those before it have left.
 *
 * @param options.before - What holds before the first call: without it nothing can be said of what changes, only of what is set.
 *
 * @example
 * import { describeGovernanceCalls, getParameters } from '@veritask/sdk'
 * const described = describeGovernanceCalls(deployment, calls, { before: { parameters: await getParameters(client) } })
 */
export function describeGovernanceCalls(
  deployment: Deployment,
  calls: readonly GovernanceCall[],
  options: { readonly before?: GovernanceState | undefined } = {},
): readonly DescribedCall[] {
  const context = { deployment, state: { ...options.before } }
  return calls.map((call) => describeIn(context, call))
}

function describeIn(context: DescribeContext, call: GovernanceCall): DescribedCall {
  const { deployment } = context
  const contract = contractOf(deployment, call.target)
  const paid = call.value === 0n ? [] : [`It sends ${nativeAmount(call.value)} along.`]
  const unread = (functionName: string | undefined, what: string): DescribedCall => ({
    ...call,
    contract,
    functionName,
    words: [what, ...paid],
    changes: [],
    notes: [what, ...paid],
  })
  if (contract === undefined)
    return unread(
      undefined,
      `Call ${call.target}, which is no contract of the protocol, with ${(call.data.length - 2) / 2} bytes: read its code before you vote.`,
    )
  const abi = abis[contract]
  if (abi === undefined || call.data === '0x') return unread(undefined, `Call ${contract} without a known function.`)
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data: call.data }) as {
      functionName: string
      args?: readonly unknown[]
    }
    const say = words[contract]?.[functionName]
    const said = say?.(args, context) ?? [
      `Call ${functionName}(${args.map((value) => plain(value)).join(', ')}) of ${contract}.`,
    ]
    const { words: sentences, changes = [], notes = sentences }: Said = 'words' in said ? said : { words: said }
    return { ...call, contract, functionName, words: [...sentences, ...paid], changes, notes: [...notes, ...paid] }
  } catch {
    return unread(undefined, `Call ${contract} with the unknown selector ${sliceHex(call.data, 0, 4)}.`)
  }
}

function parameterChanges(next: ParameterValues, current: ParameterValues | undefined): Said {
  const changes = parameterNames.flatMap((name) =>
    current !== undefined && same(next[name], current[name]) ? [] : [settingChange(name, current?.[name], next[name])],
  )
  return told(changes, { first: SETS_ALL, when: 'for tasks made from then on' })
}

/** The call carries every value: what another proposal changes in between, it sets back. */
const SETS_ALL =
  'Set all protocol parameters at once: those not named here to what they are now, so that a change made before this is executed is undone.'

function tokenPolicy(token: Address, next: TokenPolicy, { deployment, state }: DescribeContext): Said {
  const id = token.toLowerCase()
  const known = { ...(isAddressEqual(token, zeroAddress) ? nativeFacts : undefined), ...state.tokens?.[id] }
  const { policy } = known
  state.tokens = { ...state.tokens, [id]: { ...known, policy: next } }
  const isNative = isAddressEqual(token, zeroAddress)
  const name = isNative ? 'the native coin' : `the token ${nameOf(token, { deployment })}`
  const amount = isNative ? nativeAmount : tokenAmount(token, known)
  if (!next.allowed)
    return { words: [policy?.allowed === false ? 'Nothing changes.' : `Let no further task pay in ${name}.`] }
  if (policy?.allowed !== true) {
    const [reward, stake] = [amount(next.minReward), amount(next.minStake)]
    return { words: [`Let tasks pay in ${name}, from ${reward} a slot, with a stake of at least ${stake}.`] }
  }
  const least = { minReward: 'reward', minStake: 'stake' } as const
  const changes = (['minReward', 'minStake'] as const).map((key) => ({
    name: key,
    label: `Smallest ${least[key]} a slot in ${name}`,
    from: amount(policy[key]),
    to: amount(next[key]),
  }))
  return told(changes)
}

type SettingValue = number | bigint | string

function settingChange(name: SettingName, from: SettingValue | undefined, to: SettingValue): SettingChange {
  const label = settingLabel(name) ?? name
  return { name, label, from: from === undefined ? undefined : formatSetting(name, from), to: formatSetting(name, to) }
}

/** Numbers that change, with a sentence each. */
function told(all: readonly SettingChange[], options: { readonly first?: string; readonly when?: string } = {}): Said {
  const changes = all.filter(({ from, to }) => from !== to)
  const end = options.when === undefined ? '.' : `, ${options.when}.`
  const sentences = changes.map(({ label, name, from, to }) =>
    from === undefined ? `Set "${label}" (${name}) to ${to}${end}` : `${label} (${name}): ${from} → ${to}${end}`,
  )
  const first = options.first === undefined ? [] : [options.first]
  const words = [...first, ...(changes.length === 0 ? ['Nothing changes.'] : sentences)]
  return { words, changes, notes: changes.length === 0 ? words : first }
}

function moduleAllowance(what: string, module: Address, allowed: boolean, context: DescribeContext): readonly string[] {
  const named = `the ${what} ${nameOf(module, context)}`
  if (!allowed) return [`Let no further task use ${named}.`]
  const known = contractOf(context.deployment, module) !== undefined
  return [`Let tasks use ${named}${known ? '.' : ', which is not of this deployment: read its code before you vote.'}`]
}

const same = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a.toLowerCase() === b.toLowerCase() : a === b

const roleOf = (role: Hex): string => roles[role] ?? role

/** What is queued happens another time: it changes nothing for the calls that follow. */
function later({ deployment, state }: DescribeContext): DescribeContext {
  return { deployment, state: { ...state } }
}

/** What calls within a call do, set off from it. */
function inner(context: DescribeContext, target: unknown, value: unknown, data: unknown): readonly string[] {
  const call = { target: target as Address, value: value as bigint, data: data as Hex }
  return describeIn(context, call).words.map((word) => `  ${word}`)
}

function innerBatch(context: DescribeContext, targets: unknown, values: unknown, payloads: unknown): readonly string[] {
  const [all, wei, data] = [targets as readonly Address[], values as readonly bigint[], payloads as readonly Hex[]]
  return all.flatMap((target, i) => inner(context, target, wei[i] ?? 0n, data[i] ?? '0x'))
}

/** The id says which key it is: words and manifest hash can be the same for a key that somebody made up. */
type ProposedKey = {
  readonly proofSystem: Address
  readonly keyData: Hex
  readonly manifestHash: Hex
  readonly development: boolean
  readonly needsChallenge: boolean
  readonly freezableByProof: boolean
  readonly gasCap: number
}

function proposedKey(context: DescribeContext, key: ProposedKey): string {
  const name = systemOf(key.proofSystem, context.deployment)
  if (name === undefined)
    return `Propose a verifier key of ${key.proofSystem}, which is no proof system of this deployment: read its code before you vote.`
  const keyId = keyIdOf({ ...key, systemId: stringToHex(name, { size: 32 }) })
  const known = Object.entries(context.deployment.keys).find(([, id]) => id.toLowerCase() === keyId.toLowerCase())?.[0]
  const which = known === undefined ? 'which this deployment does not name' : `which this deployment names ${known}`
  return `Propose the verifier key ${keyId} of the proof system ${name}, ${which}.`
}

function contractOf({ contracts, gates }: Deployment, target: Address): string | undefined {
  return [...Object.entries(contracts), ...Object.entries(gates)].find(([, address]) =>
    isAddressEqual(address, target),
  )?.[0]
}

function nameOf(address: Address, { deployment }: Pick<DescribeContext, 'deployment'>): string {
  const name = contractOf(deployment, address)
  return name === undefined ? address : `${name} (${address})`
}

function systemOf(address: Address, { proofSystems }: Deployment): string | undefined {
  return Object.entries(proofSystems).find(([, system]) => isAddressEqual(system, address))?.[0]
}

/** Text of others, on one line and without control characters. */
const quoted = (text: string): string => `"${text.replace(/\p{C}/gu, ' ')}"`

/** Of a value that somebody else chose: on one line, without control characters, and not so long that it hides the rest. */
function plain(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : (JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part)) ?? String(value))
  const clean = text.replace(/\p{C}/gu, ' ')
  return clean.length > 80 ? `${clean.slice(0, 77)}…` : clean
}
