import { describeGovernanceCalls, type GovernanceState, type SettingChange } from '@veritask/sdk'
import {
  datasetRegistryAbi,
  protocolParametersAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
  veritaskTokenAbi,
} from '@veritask/sdk/abi'
import type { Deployment } from '@veritask/sdk/types'
import { type Abi, type AbiParameter, decodeFunctionData, isAddress, isHex } from 'viem'
import type { CallRow, ProposalDetailRow } from '../api/types'
import { hexBytes } from './receipt'
import { neutralise } from './text'

/** A call in words: its function and arguments as far as an ABI of the protocol knows them. */
export type CallWords = {
  /** The contract's name, or null when the target is none of the deployment's that governance acts on. */
  contract: string | null
  /** Null when the data is of no function this page knows. */
  functionName: string | null
  arguments: readonly { name: string; value: string }[]
}

/** Contracts that governance acts on, by their names in the deployment. */
const ABIS: Readonly<Record<string, { title: string; abi: Abi }>> = {
  protocolParameters: { title: 'Protocol parameters', abi: protocolParametersAbi },
  verifierKeyRegistry: { title: 'Verifier key registry', abi: verifierKeyRegistryAbi },
  governor: { title: 'Governor', abi: veritaskGovernorAbi },
  timelock: { title: 'Timelock', abi: veritaskTimelockAbi },
  voteToken: { title: 'Vote token', abi: veritaskTokenAbi },
  datasetRegistry: { title: 'Dataset registry', abi: datasetRegistryAbi },
}

/** Longest argument shown; a call's data is there in full beside it. */
const MAX_ARGUMENT_LENGTH = 200
const MAX_ARGUMENTS = 40

/** @param contracts The deployment's contracts by name: data is read by the ABI of the target alone, never by its selector. */
export function describeCall(
  { target, data }: Omit<CallRow, 'dataSize'>,
  contracts: Readonly<Record<string, string>>,
): CallWords {
  const name = Object.keys(contracts).find((key) => contracts[key]?.toLowerCase() === target.toLowerCase())
  const known = name !== undefined && Object.hasOwn(ABIS, name) ? ABIS[name] : undefined
  if (!known) return { contract: name ?? null, functionName: null, arguments: [] }
  try {
    const { functionName, args } = decodeFunctionData({ abi: known.abi, data: data as `0x${string}` })
    const item = known.abi.find((entry) => entry.type === 'function' && entry.name === functionName)
    const inputs = item?.type === 'function' ? item.inputs : []
    return {
      contract: known.title,
      functionName,
      arguments: inputs.flatMap((input, index) => flatten(input, args?.[index])).slice(0, MAX_ARGUMENTS),
    }
  } catch {
    return { contract: known.title, functionName: null, arguments: [] }
  }
}

/** What the calls of a proposal do, in the SDK's own words. */
export type CallStory = { notes: readonly string[]; changes: readonly SettingChange[] }

const UNTOLD: CallStory = { notes: [], changes: [] }

/**
 * What each call does, from what those before it leave. Nothing is told of a call that is too long to be read here, or that this page
 * cannot read.
 *
 * @param before What holds before the first of them; null when nobody can say.
 */
export function callStories(
  calls: readonly CallRow[],
  deployment: Deployment,
  before: ProposalDetailRow['before'],
): readonly CallStory[] {
  const known = { ...deployment, gates: deployment.gates ?? {}, proofSystems: deployment.proofSystems ?? {} }
  const readable = calls.map(({ target, value, data, dataSize }) =>
    isAddress(target, { strict: false }) && isHex(data) && /^\d{1,78}$/.test(value) && hexBytes(data) >= dataSize
      ? { target, value: BigInt(value), data }
      : undefined,
  )
  const described = describeGovernanceCalls(
    known,
    readable.filter((call) => call !== undefined),
    { before: stateOf(before) },
  )
  let next = 0
  return readable.map((call) => {
    const told = call && described[next++]
    if (told?.functionName === undefined) return UNTOLD
    const { notes, changes } = told
    return {
      notes: notes.map(neutralise),
      changes: changes.map((change) => ({ ...change, label: neutralise(change.label) })),
    }
  })
}

/** What the indexer says of the state, as the SDK takes it; integers come as text. */
function stateOf(before: ProposalDetailRow['before']): GovernanceState {
  if (before === null) return {}
  const whole = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).filter(([, value]) => /^\d{1,78}$/.test(String(value)))
  const { parameters, voting, tokens } = before
  return {
    parameters:
      parameters === null
        ? undefined
        : ({
            ...parameters,
            ...Object.fromEntries(whole(parameters).map(([name, value]) => [name, Number(value)])),
          } as GovernanceState['parameters']),
    voting: Object.fromEntries(whole(voting).map(([name, value]) => [name, BigInt(String(value))])),
    tokens: Object.fromEntries(
      tokens.map(({ token, allowed, minReward, minStake }) => [
        token.toLowerCase(),
        { policy: { allowed, minReward: BigInt(minReward), minStake: BigInt(minStake) } },
      ]),
    ),
  }
}

/** A struct becomes one line for each of its fields. */
function flatten(parameter: AbiParameter, value: unknown, prefix = ''): { name: string; value: string }[] {
  const name = prefix + (parameter.name ?? '')
  if ('components' in parameter && parameter.type === 'tuple') {
    const fields = value as Readonly<Record<string, unknown>>
    return parameter.components.flatMap((field) => flatten(field, fields[field.name ?? ''], ''))
  }
  return [{ name, value: shown(value) }]
}

function shown(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : plain(value)
  const cleaned = neutralise(text)
  return cleaned.length <= MAX_ARGUMENT_LENGTH ? cleaned : `${cleaned.slice(0, MAX_ARGUMENT_LENGTH)}…`
}

function plain(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Object.values(value).map(shown).join(', ')
  return String(value)
}
