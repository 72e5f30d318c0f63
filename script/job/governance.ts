import { protocolParametersAbi, timelockControllerAbi } from '@veritask/sdk/abi'
import { type Address, encodeFunctionData, type Hex, zeroHash } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { timelockDelaySeconds } from '../lib/chain.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import { deployHelper } from './artifacts.ts'
import type { Job } from './context.ts'

const supply = 1_000_000n * 10n ** 18n
const smallestReward = 10n ** 15n

/** Has the protocol accept a demo ERC-20 the only way there is: queued in the timelock, executed after its delay. */
export async function allowDemoDollar(job: Job): Promise<Address> {
  const governor = job.client(accounts.governor)
  const token = await deployHelper(governor, 'DemoDollar', [accounts.requester.address, supply])
  const { timelock, protocolParameters } = job.deployment.contracts
  const data = encodeFunctionData({
    abi: protocolParametersAbi,
    functionName: 'setTokenPolicy',
    args: [token, { allowed: true, minReward: smallestReward }],
  })
  const operation = [protocolParameters, 0n, data, zeroHash, zeroHash] as const
  const send = async (functionName: 'schedule' | 'execute', args: readonly unknown[]): Promise<Hex> => {
    const hash = await governor.writeContract({
      address: timelock,
      abi: timelockControllerAbi,
      functionName,
      args,
    } as never)
    const receipt = await governor.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`timelock ${functionName} failed in ${hash}`)
    return hash
  }
  await send('schedule', [...operation, BigInt(timelockDelaySeconds)])
  await warpTo(job.rpcUrl, (await latestTimestamp(job.rpcUrl)) + BigInt(timelockDelaySeconds))
  await send('execute', operation)
  return token
}
