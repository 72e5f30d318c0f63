import {
  allowListGateAbi,
  consensusSettlementAbi,
  datasetRegistryAbi,
  directSettlementAbi,
  goldAuditAbi,
  hiddenGoldSettlementAbi,
  modelRegistryAbi,
  openGoldSettlementAbi,
  optimisticSettlementAbi,
  protocolParametersAbi,
  reputationGateAbi,
  reputationRegistryAbi,
  semaphoreGateAbi,
  stakedGateAbi,
  stakeVaultAbi,
  taskRegistryAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
  veritaskTokenAbi,
  worldIdGateAbi,
} from '@veritask/sdk/abi'
import { createConfig } from 'ponder'
import { zeroAddress } from 'viem'
import { isLocal, readEnvironment } from './src/environment.js'

const { deployment, rpcUrl, pollingInterval, database } = readEnvironment()
const { contracts, gates, blockNumber: startBlock } = deployment
const chain = 'veritask'
const localProviders = 16
/** Where no contract is: a gate that this chain does not have emits nothing. */
const nowhere = zeroAddress

export default createConfig({
  database,
  chains: { veritask: isLocal(deployment.chainId) ? localChain() : remoteChain() },
  contracts: {
    TaskRegistry: { abi: taskRegistryAbi, chain, address: contracts.taskRegistry, startBlock },
    StakeVault: { abi: stakeVaultAbi, chain, address: contracts.stakeVault, startBlock },
    OpenGoldSettlement: { abi: openGoldSettlementAbi, chain, address: contracts.openGold, startBlock },
    HiddenGoldSettlement: { abi: hiddenGoldSettlementAbi, chain, address: contracts.hiddenGold, startBlock },
    GoldAudit: { abi: goldAuditAbi, chain, address: contracts.goldAudit, startBlock },
    ConsensusSettlement: { abi: consensusSettlementAbi, chain, address: contracts.consensus, startBlock },
    DirectSettlement: { abi: directSettlementAbi, chain, address: contracts.direct, startBlock },
    OptimisticSettlement: { abi: optimisticSettlementAbi, chain, address: contracts.optimistic, startBlock },
    StakedGate: { abi: stakedGateAbi, chain, address: gates.staked ?? nowhere, startBlock },
    AllowListGate: { abi: allowListGateAbi, chain, address: gates.allowList ?? nowhere, startBlock },
    SemaphoreGate: { abi: semaphoreGateAbi, chain, address: gates.semaphore ?? nowhere, startBlock },
    WorldIdGate: { abi: worldIdGateAbi, chain, address: gates.worldId ?? nowhere, startBlock },
    ReputationGate: { abi: reputationGateAbi, chain, address: gates.reputation ?? nowhere, startBlock },
    ReputationRegistry: { abi: reputationRegistryAbi, chain, address: contracts.reputationRegistry, startBlock },
    VerifierKeyRegistry: { abi: verifierKeyRegistryAbi, chain, address: contracts.verifierKeyRegistry, startBlock },
    DatasetRegistry: { abi: datasetRegistryAbi, chain, address: contracts.datasetRegistry, startBlock },
    ModelRegistry: { abi: modelRegistryAbi, chain, address: contracts.modelRegistry, startBlock },
    ProtocolParameters: { abi: protocolParametersAbi, chain, address: contracts.protocolParameters, startBlock },
    VeritaskTimelock: { abi: veritaskTimelockAbi, chain, address: contracts.timelock, startBlock },
    VeritaskGovernor: { abi: veritaskGovernorAbi, chain, address: contracts.governor, startBlock },
    VeritaskToken: { abi: veritaskTokenAbi, chain, address: contracts.voteToken, startBlock },
  },
})

function remoteChain() {
  return { id: deployment.chainId, rpc: rpcUrl, pollingInterval }
}

/**
 * A restarted local chain reuses its id with another history, so answers of the old one must not be kept. Ponder asks
 * each provider at most 20 times a second at first; a local one takes far more, so it is named several times.
 */
function localChain() {
  return {
    id: deployment.chainId,
    rpc: Array<string>(localProviders).fill(rpcUrl),
    pollingInterval,
    disableCache: true,
  }
}
