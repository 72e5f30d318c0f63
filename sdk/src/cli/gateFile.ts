import { resolve } from 'node:path'
import { type Address, type Hex, isAddress, isHex, size } from 'viem'
import type { TaskGate } from '../actions/index.js'
import { allowListOf, reputationGateData, semaphoreGateData, stakedGateData, worldIdGateData } from '../core.js'
import type { Deployment } from '../deployments.js'
import { jsonOf, readText, wordsOf } from './context.js'
import { InputFileError } from './errors.js'

const KINDS = ['staked', 'allow-list', 'semaphore', 'world-id', 'reputation'] as const
type Kind = (typeof KINDS)[number]

/** Names in a deployment file. */
const gateNames: { readonly [kind in Kind]: string } = {
  staked: 'staked',
  'allow-list': 'allowList',
  semaphore: 'semaphore',
  'world-id': 'worldId',
  reputation: 'reputation',
}

/**
 * Accounts of a list: one address a line, or a JSON list of them.
 *
 * @throws {InputFileError}
 */
export async function readAccounts(file: string): Promise<Address[]> {
  const advice = 'Give one address a line, or a JSON list of addresses.'
  const text = (await readText(file, advice)).trim()
  const list = text.startsWith('[') ? (jsonOf(text, file, advice) as readonly unknown[]) : wordsOf(text)
  return list.map((entry, index) => {
    if (typeof entry !== 'string' || !isAddress(entry, { strict: false }))
      throw new InputFileError({ file, reason: `entry ${index + 1} is not an address`, advice })
    return entry
  })
}

/**
 * Who may join, as a task file says it.
 *
 * @param parameters.gate - The field `gate` of the file.
 * @param parameters.base - Folder that file names count from.
 */
export async function readGate(parameters: {
  readonly file: string
  readonly gate: unknown
  readonly base: string
  readonly token: Address
  readonly requester: Address
  readonly deployment: Deployment
}): Promise<TaskGate | undefined> {
  const { file, gate, base, token, deployment } = parameters
  if (gate === undefined) return undefined
  const wrong = (field: string, reason: string): never => {
    throw new InputFileError({ file, reason: `"gate${field}" ${reason}`, advice: 'See the README of the SDK.' })
  }
  if (typeof gate !== 'object' || gate === null || Array.isArray(gate)) return wrong('', 'must be an object')
  const fields = gate as Record<string, unknown>
  const kind = KINDS.find((known) => known === fields.kind) ?? wrong('.kind', `must be one of: ${KINDS.join(', ')}`)
  const word = (field: string): bigint => {
    const value = fields[field]
    return typeof value === 'string' && /^\d{1,78}$/.test(value)
      ? BigInt(value)
      : wrong(`.${field}`, 'must be a whole number in quotes')
  }
  const count = (field: string): number => {
    const value = fields[field]
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : wrong(`.${field}`, 'must be a whole number')
  }
  const keyId = (fallback?: Hex): Hex => {
    const value = fields.key ?? fallback
    return isHex(value) && size(value) === 32 ? value : wrong('.key', 'must be a verifier key id')
  }
  const text = (field: string): string => {
    const value = fields[field]
    return typeof value === 'string' ? value : wrong(`.${field}`, 'must be a text')
  }
  const account = (field: string, fallback: Address): Address => {
    const value = fields[field] ?? fallback
    return typeof value === 'string' && isAddress(value, { strict: false })
      ? value
      : wrong(`.${field}`, 'must be an address')
  }

  const at = deployment.gates[gateNames[kind]] ?? wrong('.kind', `names a gate this deployment does not have: ${kind}`)
  const terms: { readonly [kind in Kind]: () => Hex | Promise<Hex> } = {
    staked: () => stakedGateData({ token, minStake: word('minStakeBaseUnits') }),
    'allow-list': async () => allowListOf(await readAccounts(resolve(base, text('accounts')))).gateData,
    semaphore: () => semaphoreGateData({ keyId: keyId(), merkleRoot: word('root') }),
    'world-id': () => worldIdGateData({ keyId: keyId(), appId: text('appId'), root: word('root') }),
    reputation: () =>
      reputationGateData({
        keyId: keyId(deployment.keys['reputation-5']),
        requester: account('requester', parameters.requester),
        minSlots: count('minSlots'),
        minScoreBps: count('minScoreBps'),
      }),
  }
  const few = kind === 'reputation' && fields.minAnonymity !== undefined ? { minAnonymity: count('minAnonymity') } : {}
  return { gate: at, gateData: await terms[kind](), ...few }
}
