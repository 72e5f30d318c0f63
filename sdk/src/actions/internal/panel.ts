import type { Hash, Hex } from 'viem'
import { readContract } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { PanelBeaconPendingError } from '../../errors/disputes.js'
import { findEvent } from '../../events/decode.js'
import { goldAuditAbi } from '../../generated/abis.js'
import { read, type Signer, type VeritaskClient } from './context.js'
import { readLogs } from './logs.js'
import { contractCall, type WriteReturnType, write } from './write.js'

/** How long to wait for a block unless told: ten of Ethereum's. */
const WAIT_SECONDS = 120

/** Draws until the panel is known, or the time to wait is over. */
export async function drawUntilKnown(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly signer: Signer
    readonly taskId: Hex
    readonly slot: number
    readonly waitSeconds?: number | undefined
  },
): Promise<WriteReturnType & { readonly panel: readonly number[] }> {
  const { deployment, signer, taskId, slot, waitSeconds = WAIT_SECONDS } = parameters
  const end = Date.now() + waitSeconds * 1000
  for (;;) {
    try {
      const { events, ...sent } = await write(client, {
        deployment,
        signer,
        call: contractCall(goldAuditAbi, deployment.contracts.goldAudit, 'drawPanel', [taskId, slot]),
        findEffect: () => drawnIn(client, deployment, taskId, slot),
      })
      const mine = events.filter(({ args }) => 'slot' in args && args.taskId === taskId && args.slot === slot)
      const panel = findEvent(mine, 'PanelDrawn')?.args.panel
      // A forgotten block is picked again: that takes a transaction of its own.
      if (panel) return { ...sent, panel }
    } catch (error) {
      if (!(error instanceof PanelBeaconPendingError) || Date.now() >= end) throw error
      await new Promise((resolve) => setTimeout(resolve, client.pollingInterval))
    }
  }
}

async function drawnIn(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  slot: number,
): Promise<Hash | undefined> {
  const [drawn] = await readLogs(client, deployment, {
    contract: 'goldAudit',
    eventName: 'PanelDrawn',
    args: { taskId, slot },
  })
  return drawn?.transactionHash
}

export async function readPanel(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  slot: number,
): Promise<readonly number[]> {
  return read(() =>
    readContract(client, {
      address: deployment.contracts.goldAudit,
      abi: goldAuditAbi,
      functionName: 'panelOf',
      args: [taskId, slot],
    }),
  )
}
