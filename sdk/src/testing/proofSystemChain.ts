import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createWalletClient, type Hex, http, keccak256, publicActions, zeroAddress } from 'viem'
import { foundry } from 'viem/chains'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { accountAt } from './chain.js'
import { compiled, startAnvil } from './foundry.js'

type LinkReferences = Readonly<Record<string, Readonly<Record<string, readonly { start: number; length: number }[]>>>>
type Artifact = {
  readonly abi: readonly unknown[]
  readonly bytecode: { readonly object: Hex; readonly linkReferences: LinkReferences }
}

const GAS_CAP = 600_000
const NO_MANIFEST: Hex = `0x${'0'.repeat(64)}`

/**
 * A chain with a registry of its own, whose owner is the client and which activates keys at once. The contracts must have
 * been compiled, as `chainState.ts` does before any test file.
 */
export async function startProofSystemChain() {
  const anvil = await startAnvil()
  const client = createWalletClient({
    account: accountAt(0),
    chain: foundry,
    transport: http(anvil.url),
    pollingInterval: 50,
  }).extend(publicActions)
  const libraries = new Map<string, Hex>()

  /** Deploys a contract by name, and before it the libraries that it links. */
  const deploy = async (name: string, args: readonly unknown[] = [], source = name): Promise<Hex> => {
    const file = join(compiled, `${source}.sol`, `${name}.json`)
    const { abi, bytecode } = JSON.parse(await readFile(file, 'utf8')) as Artifact
    let code: string = bytecode.object
    for (const [path, linked] of Object.entries(bytecode.linkReferences)) {
      for (const [library, places] of Object.entries(linked)) {
        const address = libraries.get(library) ?? (await deploy(library, [], basename(path, '.sol')))
        libraries.set(library, address)
        for (const { start, length } of places)
          code = `${code.slice(0, 2 + 2 * start)}${address.slice(2)}${code.slice(2 + 2 * (start + length))}`
      }
    }
    const hash = await client.deployContract({ abi, bytecode: code as Hex, args } as never)
    const { contractAddress, status } = await client.waitForTransactionReceipt({ hash })
    if (!contractAddress || status !== 'success') throw new Error(`${name} was not deployed`)
    return contractAddress
  }
  const write = async (address: Hex, abi: readonly unknown[], functionName: string, args: readonly unknown[]) => {
    const hash = await client.writeContract({ address, abi, functionName, args } as never)
    const { status } = await client.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`${functionName} reverted`)
  }

  const owner = accountAt(0).address
  const parameters = await deploy('ProtocolParameters', [
    owner,
    {
      feeBps: 0,
      maxSlots: 100,
      minWindow: 10,
      maxWindow: 1000,
      keyActivationDelay: 0,
      verifyGasCap: GAS_CAP,
      treasury: zeroAddress,
      unbondingDelay: 10,
      leaveWindow: 10,
      missedSlashBps: 0,
      rejectedSlashBps: 0,
      goldBondBps: 5_000,
      auditRateBps: 6_000,
      auditWindow: 10,
    },
  ])
  const registry = await deploy('VerifierKeyRegistry', [owner, parameters])
  const contract = { address: registry, abi: verifierKeyRegistryAbi } as const

  return {
    client,
    deploy,
    write,
    /** A proof system of this registry. */
    deploySystem: (name: string) => deploy(name, [registry]),
    /** A deployed verifier as a key names it. */
    target: async (verifier: Hex) => ({
      verifier,
      codeHash: keccak256((await client.getCode({ address: verifier })) ?? '0x'),
      callGas: 400_000n,
    }),
    /** Whether a key could be proposed, without doing so. */
    proposable: (system: Hex, keyData: Hex): Promise<boolean> =>
      client.simulateContract({ ...contract, functionName: 'propose', args: [proposalOf(system, keyData)] }).then(
        () => true,
        () => false,
      ),
    /** Proposes and activates a key. */
    register: async (system: Hex, keyData: Hex): Promise<Hex> => {
      const key = [system, keyData, NO_MANIFEST, true, false] as const
      const keyId = await client.readContract({ ...contract, functionName: 'keyIdOf', args: key })
      await write(registry, verifierKeyRegistryAbi, 'propose', [proposalOf(system, keyData)])
      await write(registry, verifierKeyRegistryAbi, 'activate', [keyId])
      return keyId
    },
    verify: (keyId: Hex, publicSignals: readonly bigint[], proof: Hex): Promise<boolean> =>
      client.readContract({ ...contract, functionName: 'verify', args: [keyId, publicSignals, proof] }),
    stop: anvil.stop,
  }
}

const proposalOf = (proofSystem: Hex, keyData: Hex) => ({
  proofSystem,
  keyData,
  manifestHash: NO_MANIFEST,
  development: true,
  needsChallenge: false,
  freezableByProof: false,
  gasCap: 0,
})
