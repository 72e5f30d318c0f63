import type { Hex } from 'viem'
import { BaseError, type BaseErrorParameters } from './base.js'

/** The block that a beacon is taken from is not past. */
export class BeaconPendingError extends BaseError {
  override name = 'BeaconPendingError'
  constructor({
    taskId,
    beaconBlock,
    blockNumber,
    ...rest
  }: { taskId: Hex; beaconBlock: bigint; blockNumber: bigint } & Pick<BaseErrorParameters, 'cause'>) {
    super(`The beacon of task ${taskId} comes from block ${beaconBlock}, and the chain is at ${blockNumber}.`, {
      metaMessages: [
        'Call again when that block is past.',
        'A development chain that mines a block only for a transaction has to be told to mine.',
      ],
      ...rest,
    })
  }
}

/** The chain has the beacon, and the node does not show the transaction it came with. */
export class BeaconUntracedError extends BaseError {
  override name = 'BeaconUntracedError'
  constructor({ taskId }: { taskId: Hex }) {
    super(`The node's logs show no transaction behind the beacon of task ${taskId}.`, {
      metaMessages: [
        'Use a node that keeps all logs since the deployment. If it is behind, wait until it has caught up and call again.',
      ],
    })
  }
}
