import { type Abi, type Address, ContractFunctionZeroDataError, isAddressEqual, BaseError as ViemBaseError } from 'viem'
import { readContract } from 'viem/actions'
import type { ContractName, Deployment } from '../../deployments.js'
import { WrongDeploymentError } from '../../errors/deployment.js'
import { toNodeError } from '../../events/nodeErrors.js'
import { goldAuditAbi, hiddenGoldSettlementAbi, taskRegistryAbi } from '../../generated/abis.js'
import type { VeritaskClient } from './connect.js'

/** Contracts that name another one of theirs: what they say cannot be right at an address of something else. */
const links: readonly { from: ContractName; abi: Abi; functionName: string; to: ContractName }[] = [
  { from: 'taskRegistry', abi: taskRegistryAbi, functionName: 'stakeVault', to: 'stakeVault' },
  { from: 'hiddenGold', abi: hiddenGoldSettlementAbi, functionName: 'goldAudit', to: 'goldAudit' },
  { from: 'goldAudit', abi: goldAuditAbi, functionName: 'settlement', to: 'hiddenGold' },
]

/**
 * Refuses a deployment whose addresses do not belong together: at another address nothing fails, there are just no tasks.
 *
 * @throws {WrongDeploymentError} naming the contract.
 */
export async function assertDeployed(client: VeritaskClient, { contracts }: Deployment): Promise<void> {
  await Promise.all(
    links.map(async ({ from, abi, functionName, to }) => {
      const address = contracts[from]
      const found = await readContract(client, { address, abi, functionName }).catch((error: unknown) => {
        if (isStranger(error)) return undefined
        throw toNodeError(error)
      })
      if (found === undefined) throw new WrongDeploymentError({ contract: from, address })
      if (!isAddressEqual(found as Address, contracts[to]))
        throw new WrongDeploymentError({ contract: from, address, link: { contract: to, is: found as Address } })
    }),
  )
}

/** Nothing is there, or something that does not know the function: reverts without data, or answers with something else. */
function isStranger(error: unknown): boolean {
  if (!(error instanceof ViemBaseError)) return false
  return (
    error.walk(
      (inner) =>
        inner instanceof ContractFunctionZeroDataError ||
        /^(ContractFunctionRevertedError|AbiDecoding\w*Error|PositionOutOfBoundsError|InvalidAddressError)$/.test(
          (inner as Error).name,
        ),
    ) !== null
  )
}
