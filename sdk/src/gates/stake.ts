import { type Address, encodeAbiParameters, type Hex, parseAbiParameters } from 'viem'

/**
 * Terms of the gate for accounts with a stake: what `createTask` sends. Its admission is empty.
 *
 * @param parameters.minStake - Free and locked stake, in base units; not zero.
 *
 * @example
 * import { stakedGateData } from '@veritask/sdk'
 * import { zeroAddress } from 'viem'
 *
 * const gateData = stakedGateData({ token: zeroAddress, minStake: 10n ** 18n })
 */
export function stakedGateData({ token, minStake }: { readonly token: Address; readonly minStake: bigint }): Hex {
  return encodeAbiParameters(parseAbiParameters('(address token, uint128 minStake)'), [{ token, minStake }])
}
