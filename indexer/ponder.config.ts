import {
  datasetRegistryAbi,
  hiddenGoldSettlementAbi,
  modelRegistryAbi,
  openGoldSettlementAbi,
  protocolParametersAbi,
  taskRegistryAbi,
  timelockControllerAbi,
  verifierKeyRegistryAbi,
} from '@veritask/sdk/abi'
import { createConfig } from 'ponder'
import { isLocal, readEnvironment } from './src/environment.js'

const { deployment, rpcUrl, pollingInterval, database } = readEnvironment()
const { contracts, blockNumber: startBlock } = deployment
const chain = 'veritask'
const localProviders = 16

export default createConfig({
  database,
  chains: { veritask: isLocal(deployment.chainId) ? localChain() : remoteChain() },
  contracts: {
    TaskRegistry: { abi: taskRegistryAbi, chain, address: contracts.taskRegistry, startBlock },
    OpenGoldSettlement: { abi: openGoldSettlementAbi, chain, address: contracts.openGold, startBlock },
    HiddenGoldSettlement: { abi: hiddenGoldSettlementAbi, chain, address: contracts.hiddenGold, startBlock },
    VerifierKeyRegistry: { abi: verifierKeyRegistryAbi, chain, address: contracts.verifierKeyRegistry, startBlock },
    DatasetRegistry: { abi: datasetRegistryAbi, chain, address: contracts.datasetRegistry, startBlock },
    ModelRegistry: { abi: modelRegistryAbi, chain, address: contracts.modelRegistry, startBlock },
    ProtocolParameters: { abi: protocolParametersAbi, chain, address: contracts.protocolParameters, startBlock },
    TimelockController: { abi: timelockControllerAbi, chain, address: contracts.timelock, startBlock },
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
