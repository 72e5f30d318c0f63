import { governance, proposal, voter } from 'ponder:schema'
import type { Address } from 'viem'
import {
  changeGovernance,
  changeVoter,
  type GovernanceChange,
  type GovernanceRow,
  type VoterChange,
} from '../reducers/governance.js'
import type { Moment } from '../reducers/moment.js'
import { governor } from './addresses.js'
import { type Db, parent } from './log.js'

// What the Governor, its timelock and its token write together.

const id = governor.toLowerCase() as Address

export function findGovernance(db: Db): Promise<GovernanceRow | null> {
  return db.find(governance, { id })
}

export async function setGovernance(db: Db, change: GovernanceChange, at: Moment): Promise<void> {
  const { id: _, ...columns } = changeGovernance(await findGovernance(db), id, change, at)
  await db
    .insert(governance)
    .values({ id, ...columns })
    .onConflictDoUpdate(columns)
}

export async function setVoter(db: Db, address: Address, change: VoterChange, at: Moment): Promise<void> {
  const { address: _, ...columns } = changeVoter(await db.find(voter, { address }), address, change, at)
  await db
    .insert(voter)
    .values({ address, ...columns })
    .onConflictDoUpdate(columns)
}

export async function findProposal(db: Db, proposalId: bigint) {
  return parent(await db.find(proposal, { id: proposalId }), 'proposal', String(proposalId))
}
