import {
  consensusSettlementAbi,
  directSettlementAbi,
  goldAuditAbi,
  hiddenGoldSettlementAbi,
  openGoldSettlementAbi,
  optimisticSettlementAbi,
  stakeVaultAbi,
  taskRegistryAbi,
  veritaskGovernorAbi,
} from '@veritask/sdk/abi'
import { type Abi, createPublicClient, decodeFunctionData, getAddress, type Hex, http } from 'viem'
import type { Job } from '../job/context.ts'

/** What one function of a contract took, over all transactions of the stories that called it. */
export interface CallGas {
  readonly contract: string
  readonly function: string
  readonly calls: number
  readonly leastGas: bigint
  readonly mostGas: bigint
}

const abis = {
  taskRegistry: taskRegistryAbi,
  stakeVault: stakeVaultAbi,
  openGold: openGoldSettlementAbi,
  hiddenGold: hiddenGoldSettlementAbi,
  goldAudit: goldAuditAbi,
  consensus: consensusSettlementAbi,
  direct: directSettlementAbi,
  optimistic: optimisticSettlementAbi,
  governor: veritaskGovernorAbi,
} as const

/** Reads the gas of every successful call to the protocol back from the chain. */
export async function callsOf({ rpcUrl, deployment }: Pick<Job, 'rpcUrl' | 'deployment'>): Promise<CallGas[]> {
  const client = createPublicClient({ transport: http(rpcUrl) })
  const names = new Map<string, keyof typeof abis>()
  for (const name of Object.keys(abis) as (keyof typeof abis)[]) {
    names.set(getAddress(deployment.contracts[name]), name)
  }
  const gasOf = new Map<string, bigint[]>()
  const last = await client.getBlockNumber()
  for (let blockNumber = 0n; blockNumber <= last; blockNumber++) {
    const { transactions } = await client.getBlock({ blockNumber, includeTransactions: true })
    for (const { hash, to, input } of transactions) {
      const contract = to === null ? undefined : names.get(getAddress(to))
      if (contract === undefined) continue
      const { status, gasUsed } = await client.getTransactionReceipt({ hash })
      if (status !== 'success') continue
      const call = `${contract} ${functionNameOf(abis[contract], input)}`
      gasOf.set(call, [...(gasOf.get(call) ?? []), gasUsed])
    }
  }
  const order = Object.keys(abis)
  return [...gasOf]
    .map(([call, gas]): CallGas => {
      const [contract = '', name = ''] = call.split(' ')
      const sorted = gas.toSorted((a, b) => (a < b ? -1 : 1))
      return { contract, function: name, calls: gas.length, leastGas: sorted[0] ?? 0n, mostGas: sorted.at(-1) ?? 0n }
    })
    .toSorted((a, b) => order.indexOf(a.contract) - order.indexOf(b.contract) || b.calls - a.calls)
}

const functionNameOf = (abi: Abi, data: Hex): string => decodeFunctionData({ abi, data }).functionName
