import {
  type Abi,
  encodeAbiParameters,
  encodeErrorResult,
  encodeEventTopics,
  getAddress,
  type Hex,
  HttpRequestError,
  type Log,
  RawContractError,
  zeroAddress,
  zeroHash,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { BaseError } from '../core.js'
import { contractNames, type Deployment } from '../deployments.js'
import * as abis from '../generated/abis.js'
import { decodeVeritaskLog, decodeVeritaskLogs, type EventContractName, eventAbis, findEvent } from './decode.js'
import { decodeRevert, protocolErrors, toVeritaskError } from './reverts.js'

const contracts = Object.fromEntries(
  contractNames.map((name, index) => [name, getAddress(`0x${String(index + 1).padStart(40, '0')}`)]),
) as Deployment['contracts']
const deployment: Deployment = { chainId: 31337, blockNumber: 0, contracts, proofSystems: {}, gates: {}, keys: {} }

/** Any value of an ABI type. */
function sampleOf(parameter: { type: string; components?: readonly unknown[] | undefined }): unknown {
  const { type, components } = parameter
  const array = /^(.*)\[(\d*)\]$/.exec(type)
  if (array) return Array.from({ length: Number(array[2] || 2) }, () => sampleOf({ ...parameter, type: array[1]! }))
  if (type === 'tuple')
    return Object.fromEntries(
      (components as { name: string; type: string }[]).map((component) => [component.name, sampleOf(component)]),
    )
  if (type === 'address') return contracts.timelock
  if (type === 'bool') return true
  if (type === 'string') return 'text'
  if (type === 'bytes') return '0x1234'
  if (type.startsWith('bytes')) return `0x${'ab'.repeat(Number(type.slice(5)))}`
  return Number(/\d+$/.exec(type)?.[0] ?? 256) <= 48 ? 2 : 2n
}

type Item = Extract<Abi[number], { type: 'event' }>
type ErrorItem = Extract<Abi[number], { type: 'error' }>
const everyEvent = (Object.keys(eventAbis) as EventContractName[]).flatMap((contract) =>
  (eventAbis[contract] as Abi)
    .filter((item): item is Item => item.type === 'event')
    .map((item) => [contract, item.name, item] as const),
)

function logOf(contract: EventContractName, item: Item): Log {
  const args = Object.fromEntries(item.inputs.map((input) => [input.name!, sampleOf(input)]))
  const plain = item.inputs.filter(({ indexed }) => !indexed)
  return {
    address: contracts[contract],
    topics: encodeEventTopics({ abi: [item], eventName: item.name, args: args as never }) as [Hex, ...Hex[]],
    data: encodeAbiParameters(plain, plain.map((input) => args[input.name!]) as never),
    blockNumber: 7n,
    blockHash: zeroHash,
    transactionHash: zeroHash,
    transactionIndex: 0,
    logIndex: 3,
    removed: false,
  }
}

describe('decodeVeritaskLog', () => {
  test.each(everyEvent)('default: %s %s', (contract, eventName, item) => {
    const event = decodeVeritaskLog(logOf(contract, item), deployment)
    expect(event).toMatchObject({ contract, eventName, blockNumber: 7n, logIndex: 3 })
    expect(event!.args).toEqual(Object.fromEntries(item.inputs.map((input) => [input.name!, sampleOf(input)])))
  })

  test('default: strangers, pending logs and unknown events are left out, order is kept', () => {
    const [first, second] = everyEvent
    const logs = [logOf(first![0], first![2]), logOf(second![0], second![2])]
    const stranger = { ...logs[0]!, address: zeroAddress }
    const pending = { ...logs[0]!, blockNumber: null } as unknown as Log
    const unknown = { ...logs[0]!, topics: [`0x${'99'.repeat(32)}`] } as unknown as Log
    const truncated = { ...logs[0]!, data: '0x12' } as Log
    const decoded = decodeVeritaskLogs([stranger, logs[1]!, pending, unknown, truncated, logs[0]!], deployment)
    expect(decoded.map(({ eventName }) => eventName)).toEqual([second![1], first![1]])
    expect(findEvent(decoded, 'TaskCompleted')?.eventName).toBe(
      [second![1], first![1]].find((n) => n === 'TaskCompleted'),
    )
  })
})

/** Errors without a word of what to do, and why nobody who uses this package meets them. */
const unmet: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['LeafAlreadyExists', 'LeafCannotBeZero', 'LeafGreaterThanSnarkScalarField'].map((name) => [
      name,
      'the reputation registry inserts hashes, after it has looked whether the tree has them',
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['VeritaskToken_NoAllocations', 'VeritaskToken_AllocationEmpty', 'ERC20ExceededSafeSupply'],
      ...['InvalidShortString', 'StringTooLong'],
    ].map((name) => [name, 'only a constructor raises it, and what is here is deployed']),
  ),
  ...Object.fromEntries(
    [
      ...['ECDSAInvalidSignature', 'ECDSAInvalidSignatureLength', 'ECDSAInvalidSignatureS', 'ERC2612ExpiredSignature'],
      ...['ERC2612InvalidSigner', 'VotesExpiredSignature', 'InvalidAccountNonce', 'GovernorInvalidSignature'],
    ].map((name) => [name, 'no action signs a permit, a delegation or a vote for somebody else to send']),
  ),
  ...Object.fromEntries(
    ['ERC20InvalidApprover', 'ERC20InvalidReceiver', 'ERC20InvalidSender', 'ERC20InvalidSpender'].map((name) => [
      name,
      'the zero address is refused before a token is called',
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['TimelockInsufficientDelay', 'TimelockInvalidOperationLength', 'TimelockUnexecutedPredecessor'],
      ...['GovernorProposalQueueingFailed', 'GovernorProposalQueueingNotRequired'],
    ].map((name) => [name, 'the governor schedules itself, with the delay of the timelock and without predecessors']),
  ),
  TimelockUnauthorizedCaller:
    'no action calls what only the timelock may: it is proposed, and then the timelock calls it',
  GovernorOnlyExecutor: 'no action calls what only the timelock may: it is proposed, and then the timelock calls it',
  AccessControlBadConfirmation: 'no action gives up a role',
  GovernorDisabledDeposit: 'no action sends coin to the governor',
  GovernorAlreadyQueuedProposal: 'it is for another kind of timelock',
  GovernorInvalidVoteParams: 'it is for votes that are split, which this governor does not count',
  GovernorInvalidQuorumFraction: 'VeritaskGovernor_QuorumOutOfRange comes first',
  CheckpointUnorderedInsertion: 'the clock of a chain does not go back',
  ERC6372InconsistentClock: 'the clock of the token is the timestamp, and stays it',
  SafeCastOverflowedUintDowncast: 'votes are no more than the supply, which fits',
  StringsInsufficientHexLength: 'a task id has 32 bytes',
  AddressEmptyCode: 'the consensus module calls a library that it was deployed with',
  InsufficientBalance: 'the consensus module sends no coin',
}

/** Every custom error of every generated ABI. */
const everyError = new Map<string, ErrorItem>(
  Object.values(abis as Readonly<Record<string, Abi>>).flatMap((abi) =>
    abi.flatMap((item) => (item.type === 'error' ? [[item.name, item] as const] : [])),
  ),
)

describe('what to do about a custom error', () => {
  test.each([...everyError])('default: %s is told, or met by nobody', (name, item) => {
    const data = encodeErrorResult({ abi: [item], errorName: name, args: item.inputs.map(sampleOf) } as never)
    const error = decodeRevert(data)
    expect(error.name, 'an ABI is missing from protocolErrors').not.toBe('UnknownRevertError')
    const told = error.name !== 'ContractRevertError' || error.metaMessages.length > 0
    expect(told, `${name} has an entry, or else a reason`).toBe(unmet[name] === undefined)
  })

  test('default: no reason is given for an error that is gone', () => {
    expect(Object.keys(unmet).filter((name) => !everyError.has(name))).toEqual([])
  })

  test.each([
    ['ReputationRegistry_LeafExists', /another `attempt`/],
    ['AllowListGate_NotListed', /allowListAdmission/],
    ['StakedGate_StakeTooLow', /depositStake/],
    ['ConsensusSettlement_NotAggregator', /its requester/],
    ['GroupGate_WrongRoot', /pins its root/],
    ['ProofGate_NoConsent', /signs this joining/],
  ])('default: %s keeps its name and says what to do', (errorName, advice) => {
    const item = everyError.get(errorName)!
    const error = decodeRevert(encodeErrorResult({ abi: [item], args: item.inputs.map(sampleOf) } as never))
    expect(error).toMatchObject({ name: 'ContractRevertError', errorName, message: expect.stringMatching(advice) })
  })

  test('default: what is guarded locally has the same type', () => {
    const of = (name: string, args: readonly unknown[]) =>
      decodeRevert(encodeErrorResult({ abi: [everyError.get(name)!], args } as never))
    expect(of('ReputationRegistry_NotWorker', [zeroHash, 1, contracts.timelock])).toMatchObject({
      name: 'NotWorkerError',
    })
    expect(of('ProofGate_KeyNotActive', [zeroHash, 3])).toMatchObject({
      name: 'KeyNotActiveError',
      message: expect.stringContaining('frozen'),
    })
  })
})

describe('decodeRevert', () => {
  test.each(protocolErrors.map((item) => [item.name, item] as const))('default: %s', (name, item) => {
    const args = item.inputs.map(sampleOf)
    const data = encodeErrorResult({ abi: [item], errorName: name, args } as never)
    const error = decodeRevert(data)
    expect(error).toBeInstanceOf(BaseError)
    expect(error.shortMessage.length).toBeGreaterThan(10)
    expect(error.name).not.toBe('UnknownRevertError')
  })

  test('default: the revert stays underneath the specific error', () => {
    const item = protocolErrors.find(({ name }) => name === 'TaskRegistry_RewardTooSmall')!
    const data = encodeErrorResult({ abi: [item], args: [5n, 9n] } as never)
    expect(decodeRevert(data)).toMatchObject({
      name: 'RewardTooSmallError',
      message: expect.stringContaining('5 base units'),
      cause: { name: 'ContractRevertError', errorName: 'TaskRegistry_RewardTooSmall', args: [5n, 9n] },
    })
  })

  test.each(['0x', '0x12345678', `0x08c379a0${'00'.repeat(31)}`] as const)('error: data %s', (data) => {
    expect(decodeRevert(data).name).toBe('UnknownRevertError')
  })
})

describe('toVeritaskError', () => {
  const data = encodeErrorResult({
    abi: [protocolErrors.find(({ name }) => name === 'TaskRegistry_UnknownTask')!],
    args: [zeroHash],
  } as never)

  test('default: finds revert data wherever a client put it', () => {
    const nested = new Error('outer', { cause: new RawContractError({ data: { data } }) })
    for (const error of [new RawContractError({ data }), nested]) {
      expect(toVeritaskError(error)).toMatchObject({ name: 'TaskNotFoundError' })
    }
  })

  test('default: a lost node, an own error, anything else', () => {
    expect(toVeritaskError(new HttpRequestError({ url: 'http://x' }))).toMatchObject({ name: 'NodeUnreachableError' })
    const own = new BaseError('mine')
    expect(toVeritaskError(own)).toBe(own)
    const other = new TypeError('other')
    expect(toVeritaskError(other)).toBe(other)
  })
})
