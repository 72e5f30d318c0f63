import { readFileSync } from 'node:fs'
import type { Abi, Address, Hex } from 'viem'
import { fromRoot } from '../lib/paths.ts'
import type { JobClient } from './context.ts'

interface Artifact {
  readonly abi: Abi
  readonly bytecode: { readonly object: Hex }
}

/** Deploys one of the helper contracts of script/contracts, as Foundry built it. */
export async function deployHelper(client: JobClient, name: string, args: readonly unknown[]): Promise<Address> {
  const path = fromRoot('contracts', 'out', `${name}.sol`, `${name}.json`)
  const artifact = JSON.parse(readFileSync(path, 'utf8')) as Artifact
  const hash = await client.deployContract({ abi: artifact.abi, bytecode: artifact.bytecode.object, args })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  if (contractAddress == null) throw new Error(`${name} was not deployed by ${hash}`)
  return contractAddress
}
