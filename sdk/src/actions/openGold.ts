import type { Hex } from 'viem'
import { GoldDoesNotOpenError, openGoldCommitment, type PackedGold, packGold } from '../core.js'
import { DeadlinePassedError, NotRequesterError, type TaskNotFoundError, TooEarlyError } from '../errors/contract.js'
import { openGoldSettlementAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, type SecretsMismatchError } from './internal/secrets.js'
import { readTask } from './internal/task.js'
import { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { RequesterSecrets } from './types.js'

export type OpenGoldParameters = WriteParameters & { readonly taskId: Hex; readonly secrets: RequesterSecrets }
export type OpenGoldReturnType = WriteReturnType & { readonly gold: PackedGold & { readonly salt: Hex } }
export type OpenGoldErrorType =
  | GoldDoesNotOpenError
  | NotRequesterError
  | DeadlinePassedError
  | TooEarlyError
  | TaskNotFoundError
  | SecretsMismatchError
  | WrongSettlementKindError
  | Error

/**
 * Shows the gold of an open-gold task, once nobody can commit any more.
 *
 * @throws {GoldDoesNotOpenError} when the kept gold is not what the task committed to; nothing is sent.
 *
 * @example
 * import { openGold } from '@veritask/sdk'
 * await openGold(client, { taskId, secrets })
 */
export async function openGold(client: VeritaskClient, parameters: OpenGoldParameters): Promise<OpenGoldReturnType> {
  const { taskId, secrets } = parameters
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  if (task.kind !== 'open-gold')
    throw new WrongSettlementKindError({ taskId, expected: 'open-gold', actual: task.kind })
  if (task.requester !== signer.address) throw new NotRequesterError({ taskId, caller: signer.address })

  const gold = { salt: secrets.goldSalt, ...packGold(task.rules, secrets.gold) }
  if (openGoldCommitment(gold) !== task.terms.goldCommitment) throw new GoldDoesNotOpenError()
  if (task.goldOpenedAt === 0n) {
    const { commitBy, openBy } = task.terms
    const { timestamp } = task
    if (timestamp > openBy)
      throw new DeadlinePassedError({ what: 'open the gold', taskId, deadline: openBy, timestamp })
    const joinClosed = task.joined === task.slots || timestamp > task.joinBy || task.unfilledReturned
    if (timestamp <= commitBy && !(joinClosed && task.committed === task.joined))
      throw new TooEarlyError({ what: 'open the gold', taskId, deadline: commitBy, timestamp })
  }

  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(openGoldSettlementAbi, task.settlement, 'openGold', [taskId, gold]),
    findEffect: async () => {
      const [opened] = await readLogs(client, deployment, {
        contract: 'openGold',
        eventName: 'GoldOpened',
        args: { taskId },
      })
      return opened?.transactionHash
    },
  })
  return { ...sent, gold }
}
