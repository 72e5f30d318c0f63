import { keccak256, toBytes, zeroAddress, zeroHash } from 'viem'
import type { GovernanceRow } from '../api/types'

/** The roles of OpenZeppelin's timelock. */
const ROLES: Readonly<Record<string, string>> = {
  [zeroHash]: 'administrator',
  [keccak256(toBytes('PROPOSER_ROLE'))]: 'proposer',
  [keccak256(toBytes('EXECUTOR_ROLE'))]: 'executor',
  [keccak256(toBytes('CANCELLER_ROLE'))]: 'canceller',
}

export type RoleHolders = { name: string; accounts: string[]; everyone: boolean }

/** Who holds which role; the zero address stands for everyone. */
export function roleHolders(roles: GovernanceRow['roles']): RoleHolders[] {
  const holders = new Map<string, RoleHolders>()
  for (const { role, account } of roles) {
    const name = Object.hasOwn(ROLES, role) ? (ROLES[role] ?? role) : 'another role'
    const known = holders.get(name) ?? { name, accounts: [], everyone: false }
    holders.set(name, {
      name,
      accounts: [...known.accounts, account],
      everyone: known.everyone || account === zeroAddress,
    })
  }
  return [...holders.values()]
}
