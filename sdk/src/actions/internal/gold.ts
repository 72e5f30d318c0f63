import type { Hex } from 'viem'
import type { PackedGold } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { GoldNotOpenError } from '../../errors/contract.js'
import type { VeritaskClient } from './context.js'
import { readLogs } from './logs.js'

/** The gold of a task as its opening published it. */
export async function readGold(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
): Promise<PackedGold & { readonly salt: Hex }> {
  const [opened] = await readLogs(client, deployment, {
    contract: 'openGold',
    eventName: 'GoldOpened',
    args: { taskId },
  })
  if (!opened) throw new GoldNotOpenError({ taskId })
  return opened.args.gold
}
