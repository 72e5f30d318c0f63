import { type Address, decodeFunctionData, type Hex, isAddressEqual } from 'viem'
import { getEip712Domain, readContract, signTypedData } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { ForwarderMismatchError, RelayedRecipientError, RelayedValueError } from '../../errors/relay.js'
import { toVeritaskError } from '../../events/reverts.js'
import { chainTime, type ForwardRequest, read, type Signer, type VeritaskClient } from './context.js'
import { normalizeSignature } from './signature.js'

const requestInput = {
  name: 'request',
  type: 'tuple',
  components: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'gas', type: 'uint256' },
    { name: 'deadline', type: 'uint48' },
    { name: 'data', type: 'bytes' },
    { name: 'signature', type: 'bytes' },
  ],
} as const

/** The parts of OpenZeppelin's ERC2771Forwarder that are called here. */
export const forwarderAbi = [
  {
    type: 'function',
    name: 'nonces',
    stateMutability: 'view',
    inputs: [{ name: 'owner', type: 'address' }],
    outputs: [{ name: '', type: 'uint256' }],
  },
  {
    type: 'function',
    name: 'verify',
    stateMutability: 'view',
    inputs: [requestInput],
    outputs: [{ name: '', type: 'bool' }],
  },
  {
    type: 'function',
    name: 'execute',
    stateMutability: 'payable',
    inputs: [requestInput],
    outputs: [],
  },
] as const

/** Contracts of a deployment that know who signed a forwarded call. */
const recipients = [
  'taskRegistry',
  'stakeVault',
  'openGold',
  'hiddenGold',
  'consensus',
  'direct',
  'optimistic',
  'reputationRegistry',
] as const

/** @throws {RelayedRecipientError} when a contract takes no forwarded calls, or is no part of the deployment. */
export function assertRecipient({ contracts }: Deployment, to: Address): void {
  if (!recipients.some((name) => isAddressEqual(contracts[name], to))) throw new RelayedRecipientError({ to })
}

/** How long a signed call counts, in seconds: long enough for a relayer, short enough to be forgotten. */
const VALID_SECONDS = 3600n

const forwardRequestTypes = {
  ForwardRequest: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'gas', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint48' },
    { name: 'data', type: 'bytes' },
  ],
} as const

/** Signs a call for the forwarder, with the next nonce that the chain shows. */
export async function signForwardRequest(
  client: VeritaskClient,
  deployment: Deployment,
  signer: Signer,
  call: { readonly to: Address; readonly data: Hex; readonly value?: bigint; readonly gas: bigint },
): Promise<ForwardRequest> {
  if (call.value) throw new RelayedValueError({ value: call.value })
  const { forwarder } = deployment.contracts
  const [{ domain: found }, nonce, now] = await Promise.all([
    read(() => getEip712Domain(client, { address: forwarder })),
    read(() =>
      readContract(client, {
        address: forwarder,
        abi: forwarderAbi,
        functionName: 'nonces',
        args: [signer.address],
      }),
    ),
    chainTime(client),
  ])
  // What the forwarder answers has a salt of zero as well, which is no part of its domain.
  const { name, version, chainId, verifyingContract } = found
  // A node that names another domain would get a signature that counts there.
  if (Number(chainId) !== deployment.chainId || !isAddressEqual(verifyingContract, forwarder))
    throw new ForwarderMismatchError({ forwarder, chainId: deployment.chainId })
  const domain = { name, version, chainId, verifyingContract }
  const request = {
    from: signer.address,
    to: call.to,
    value: 0n,
    gas: call.gas,
    deadline: Number(now + VALID_SECONDS),
    data: call.data,
  }
  try {
    const signature = await signTypedData(client, {
      account: signer.local ?? signer.address,
      domain,
      types: forwardRequestTypes,
      primaryType: 'ForwardRequest',
      message: { ...request, nonce },
    })
    return { ...request, signature: normalizeSignature(signature) }
  } catch (error) {
    throw toVeritaskError(error, signer.address)
  }
}

/** Whether a transaction hands this very call of this account to the forwarder. */
export function carriesCall(
  { contracts }: Deployment,
  sent: { readonly to: Address | null; readonly input: Hex },
  call: { readonly from: Address; readonly to: Address; readonly data: Hex },
): boolean {
  if (!sent.to || !isAddressEqual(sent.to, contracts.forwarder)) return false
  try {
    const { functionName, args } = decodeFunctionData({ abi: forwarderAbi, data: sent.input })
    if (functionName !== 'execute') return false
    const [{ from, to, data }] = args
    return (
      isAddressEqual(from, call.from) && isAddressEqual(to, call.to) && data.toLowerCase() === call.data.toLowerCase()
    )
  } catch {
    return false
  }
}
