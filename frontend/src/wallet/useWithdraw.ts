import { useMutation, useQueryClient } from '@tanstack/react-query'
import { taskRegistryAbi } from '@veritask/sdk/abi'
import { useState } from 'react'
import type { Address } from 'viem'
import { useReadContract, useConfig as useWalletConfig } from 'wagmi'
import { simulateContract, switchChain, waitForTransactionReceipt, writeContract } from 'wagmi/actions'
import { useConfig } from '../config'
import { INDEXER } from '../queries/source'

export type WithdrawStep = 'checking' | 'signing' | 'waiting'

export class WithdrawError extends Error {
  override readonly name = 'WithdrawError'
}

/** The credit as the chain has it: what gates the transaction is never read from the indexer. */
export function useCredit(account: Address, token: Address) {
  const { deployment, chainId } = useConfig()
  return useReadContract({
    abi: taskRegistryAbi,
    address: deployment.contracts.taskRegistry,
    functionName: 'creditOf',
    args: [account, token],
    chainId,
    // Text at the edge: components do no arithmetic.
    query: { select: (credit) => credit.toString() },
  })
}

/** Pays out a credit to its owner: simulate, sign, wait, invalidate. */
export function useWithdraw(account: Address, token: Address) {
  const { deployment, chainId } = useConfig()
  const walletConfig = useWalletConfig()
  const queryClient = useQueryClient()
  const [step, setStep] = useState<WithdrawStep>()
  const mutation = useMutation({
    mutationFn: async ({ walletChainId }: { walletChainId: number | undefined }) => {
      setStep('checking')
      if (walletChainId !== chainId) await switchChain(walletConfig, { chainId })
      const { request } = await simulateContract(walletConfig, {
        abi: taskRegistryAbi,
        address: deployment.contracts.taskRegistry,
        functionName: 'withdraw',
        args: [account, token],
        chainId,
      })
      setStep('signing')
      const hash = await writeContract(walletConfig, request)
      setStep('waiting')
      const receipt = await waitForTransactionReceipt(walletConfig, { hash, chainId })
      if (receipt.status !== 'success') throw new WithdrawError(`Transaction ${hash} was reverted.`)
      return hash
    },
    onSettled: async () => {
      setStep(undefined)
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: [INDEXER] }),
        queryClient.invalidateQueries({ queryKey: ['readContract'] }),
      ])
    },
  })
  return { ...mutation, step }
}
