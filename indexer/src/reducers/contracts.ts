import { type Address, zeroAddress } from 'viem'
import type { GateKind } from '../kinds.js'
import type { SettlementKind } from '../phase.js'

/** What a contract is, by its address; `other` is one this indexer does not know. */
function kindOf<kind extends string>(
  address: Address,
  addresses: { readonly [kind: string]: Address | undefined },
): kind | 'other' {
  const wanted = address.toLowerCase()
  for (const [kind, known] of Object.entries(addresses)) if (known?.toLowerCase() === wanted) return kind as kind
  return 'other'
}

export type SettlementAddresses = { readonly [kind in Exclude<SettlementKind, 'other'>]: Address }
/** Which gates there are differs from chain to chain. */
export type GateAddresses = { readonly [kind in Exclude<GateKind, 'other' | 'open'>]: Address | undefined }

export function settlementKindOf(address: Address, addresses: SettlementAddresses): SettlementKind {
  return kindOf<SettlementKind>(address, addresses)
}

export function gateKindOf(address: Address, addresses: GateAddresses): GateKind {
  return address === zeroAddress ? 'open' : kindOf<GateKind>(address, addresses)
}
