import { readEnvironment } from '../environment.js'
import type { GateAddresses, SettlementAddresses } from '../reducers/contracts.js'

const { contracts, gates: named } = readEnvironment().deployment

/** Where the deployment says that each settlement module is. */
export const settlements: SettlementAddresses = {
  'open-gold': contracts.openGold,
  'hidden-gold': contracts.hiddenGold,
  consensus: contracts.consensus,
  direct: contracts.direct,
  optimistic: contracts.optimistic,
}

export const gates: GateAddresses = {
  staked: named.staked,
  'allow-list': named.allowList,
  semaphore: named.semaphore,
  'world-id': named.worldId,
  reputation: named.reputation,
}

export const governor = contracts.governor
