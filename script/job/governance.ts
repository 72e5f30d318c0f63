import { protocolParametersAbi } from '@veritask/sdk/abi'
import { type Address, encodeFunctionData } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { decide } from '../lib/governance.ts'
import { deployHelper } from './artifacts.ts'
import type { Job } from './context.ts'

const supply = 1_000_000n * 10n ** 18n
const smallestReward = 10n ** 15n

/** Has the protocol accept a demo ERC-20 the only way there is: by a vote and the timelock. */
export async function allowDemoDollar(job: Job): Promise<Address> {
  const governor = job.client(accounts.governor)
  const token = await deployHelper(governor, 'DemoDollar', [accounts.requester.address, supply])
  const { protocolParameters } = job.deployment.contracts
  const data = encodeFunctionData({
    abi: protocolParametersAbi,
    functionName: 'setTokenPolicy',
    args: [token, { allowed: true, minReward: smallestReward, minStake: 0n }],
  })
  await decide(job, governor, [{ to: protocolParameters, data }], 'Let tasks pay in demo dollars')
  return token
}
