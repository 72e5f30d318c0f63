import { type Address, isAddressEqual, size, zeroAddress } from 'viem'
import type { PreparedJoining } from '../actions/index.js'
import type { Deployment } from '../deployments.js'
import type { AmountText } from '../text/amounts.js'

/** In bytes. The gates' evidence takes 576 with a Groth16 proof and a signature; consents of multisignature accounts are longer. */
const MAX_ADMISSION = 2048

/** What a relayer asks for: so many base units of this token. */
export type AskedFee = { readonly token: Address; readonly minFee: bigint }

export const tokenName = (token: Address) => (isAddressEqual(token, zeroAddress) ? 'the native coin' : token)

/** Why a joining of a stranger is not to be brought, from the file alone; `undefined` when nothing speaks against it. */
export function refusalOf(prepared: PreparedJoining, deployment: Deployment): string | undefined {
  const { chainId, taskRegistry, admission } = prepared
  if (chainId !== deployment.chainId) return `is for chain ${chainId}, not ${deployment.chainId}`
  if (!isAddressEqual(taskRegistry, deployment.contracts.taskRegistry)) return `is for the registry ${taskRegistry}`
  const bytes = size(admission)
  // The relayer pays for every byte, and the chain reads past those that mean nothing.
  if (bytes > MAX_ADMISSION) return `has evidence of ${bytes} bytes, which is above ${MAX_ADMISSION}`
  return undefined
}

/** Why the fee is not enough; `undefined` when it is. An amount says something only in its own token. */
export function feeRefusalOf(
  { token, fee }: { readonly token: Address; readonly fee: bigint },
  asked: AskedFee | undefined,
  amount: AmountText = String,
): string | undefined {
  if (asked === undefined) return undefined
  if (!isAddressEqual(token, asked.token))
    return `promises its fee in ${tokenName(token)}, not in ${tokenName(asked.token)}`
  return fee < asked.minFee ? `promises ${amount(fee)}, which is below ${amount(asked.minFee)}` : undefined
}
