import { describeGovernanceCall } from '@veritask/sdk'
import {
  datasetRegistryAbi,
  protocolParametersAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
  veritaskTokenAbi,
} from '@veritask/sdk/abi'
import type { Deployment } from '@veritask/sdk/types'
import { type Abi, type AbiParameter, decodeFunctionData } from 'viem'
import type { CallRow } from '../api/types'
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

/** More than this says no more than the arguments do. */
const MAX_SENTENCES = 4

/** What a call does, in the SDK's own words; none for a call that is too long to be read here, or too long a story. */
export function callSentences({ target, value, data, dataSize }: CallRow, deployment: Deployment): readonly string[] {
  if (hexBytes(data) < dataSize) return []
  const call = { target: target as `0x${string}`, value: BigInt(value), data: data as `0x${string}` }
  try {
    const known = { ...deployment, gates: deployment.gates ?? {}, proofSystems: deployment.proofSystems ?? {} }
    const { functionName, words } = describeGovernanceCall(known, call)
    return functionName === undefined || words.length > MAX_SENTENCES ? [] : words.map(neutralise)
  } catch {
    // What the indexer sent is no address or no data: the page shows it as it is.
    return []
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
