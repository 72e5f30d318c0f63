import type { Hex } from 'viem'
import { readEnvironment } from '../environment.js'

const { deployment } = readEnvironment()

/** Every contract of the deployment file by its name there. */
export const deployedContracts: readonly { readonly address: Hex; readonly name: string }[] = [
  deployment.contracts,
  deployment.gates,
  deployment.proofSystems,
].flatMap((group) => Object.entries(group).map(([name, address]) => ({ address: address as Hex, name })))
