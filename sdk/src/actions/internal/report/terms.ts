import {
  type Abi,
  type AbiFunction,
  decodeFunctionData,
  encodeAbiParameters,
  type Hex,
  keccak256,
  parseAbiParameters,
  toFunctionSelector,
} from 'viem'
import { getTransaction, readContract } from 'viem/actions'
import { findEvent, type VeritaskEventName } from '../../../events/decode.js'
import { protocolParametersAbi, taskRegistryAbi } from '../../../generated/abis.js'
import { read } from '../context.js'
import { encodeTerms, type TermsOf } from '../terms.js'
import type { Report, Standing } from './checks.js'

const BPS = 10_000n

const functionOf = (abi: Abi, name: string): AbiFunction =>
  abi.find((item): item is AbiFunction => item.type === 'function' && item.name === name)!

const termsEvents = {
  'open-gold': 'OpenGoldTermsSet',
  'hidden-gold': 'HiddenGoldTermsSet',
  consensus: 'ConsensusTermsSet',
  direct: 'DirectTermsSet',
  optimistic: 'OptimisticTermsSet',
} as const satisfies Record<string, VeritaskEventName>

/** What was agreed when the task was made, wherever the chain has it. */
export async function checkTerms(standing: Standing, report: Report): Promise<void> {
  const { client, deployment, task, events } = standing
  const created = findEvent(events, 'TaskCreated')
  const secured = findEvent(events, 'TaskSecured')
  if (!created || !secured) {
    report.failed('task', 'the node has no event of its creation, and the registry has the task')
    return
  }
  const names = [
    'requester',
    'settlement',
    'datasetVersionId',
    'payloadDigest',
    'token',
    'rewardPerSlot',
    'feePerSlot',
    'treasury',
    'slots',
    'joinBy',
  ] as const
  report.same('task', 'the events of its creation and the registry say the same of it', [
    ...names.map((name) => [name, created.args[name], task[name]] as const),
    ...(['gate', 'stakePerSlot', 'bond', 'parametersVersion', 'termsHash'] as const).map(
      (name) => [name, secured.args[name], task[name]] as const,
    ),
  ])

  const parameters = await read(() =>
    readContract(client, {
      address: deployment.contracts.protocolParameters,
      abi: protocolParametersAbi,
      functionName: 'parametersAt',
      args: [task.parametersVersion],
    }),
  )
  report.same('fee', `is what version ${task.parametersVersion} of the parameters asks for`, [
    ['fee per slot', (task.rewardPerSlot * BigInt(parameters.feeBps)) / BPS, task.feePerSlot],
  ])

  const set = findEvent(events, termsEvents[task.kind])
  const request = await findRequest(standing, created.transactionHash)
  const kept = encodeTerms({ kind: task.kind, terms: task.terms as TermsOf[typeof task.kind] })
  if (!set) report.failed('terms', 'the node has no event with the terms of the settlement')
  else
    report.same('terms', `of the settlement are those it keeps${request ? ' and those of the creating call' : ''}`, [
      ...Object.keys(task.terms).map(
        (name) => [name, set.args.terms[name as never], task.terms[name as never]] as const,
      ),
      ...(request ? [['settlement data', keccak256(request.settlementData), keccak256(kept)] as const] : []),
    ])

  if (!request) {
    report.skipped('terms-hash', 'the creating transaction does not show the request: it came through another contract')
    report.leaveOpen('That the hash of the terms, which workers agree to, is of the terms shown here.')
    return
  }
  const types = [
    functionOf(taskRegistryAbi, 'createTask').inputs[0]!,
    ...parseAbiParameters('uint128, uint32'),
    functionOf(protocolParametersAbi, 'parametersAt').outputs[0]!,
  ]
  const hash = keccak256(encodeAbiParameters(types, [request, task.feePerSlot, task.parametersVersion, parameters]))
  const asked = [
    'datasetVersionId',
    'payloadDigest',
    'token',
    'rewardPerSlot',
    'slots',
    'joinBy',
    'settlement',
    'gate',
    'stakePerSlot',
    'bond',
  ] as const
  report.same('terms-hash', 'is that of the creating call, the fee and the parameters', [
    ['terms hash', hash, task.termsHash],
    ...asked.map((name) => [name, request[name], task[name]] as const),
    ['title', request.title, created.args.title],
  ])
}

/** The request of exactly this task, wherever in the transaction's input it stands: accounts and batches wrap calls. */
async function findRequest({ client, deployment, taskId, task }: Standing, hash: Hex) {
  const { input } = await read(() => getTransaction(client, { hash }))
  const selector = toFunctionSelector(functionOf(taskRegistryAbi, 'createTask')).slice(2)
  for (let at = input.indexOf(selector); at !== -1; at = input.indexOf(selector, at + 1)) {
    const request = requestOf(`0x${input.slice(at)}`)
    if (!request) continue
    const { chainId, contracts } = deployment
    const types = parseAbiParameters('uint256, address, address, bytes32')
    const values = [BigInt(chainId), contracts.taskRegistry, task.requester, request.salt] as const
    if (keccak256(encodeAbiParameters(types, values)) === taskId.toLowerCase()) return request
  }
  return undefined
}

function requestOf(data: Hex) {
  try {
    const call = decodeFunctionData({ abi: taskRegistryAbi, data })
    return call.functionName === 'createTask' ? call.args[0] : undefined
  } catch {
    // Four bytes that happen to be a selector.
    return undefined
  }
}
