import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  circuitManifest,
  generateKeyPair,
  keyIdOf,
  legalityWitness,
  type ProveReturnType,
  type Prover,
  proofToBytes,
  randomSalt,
  randomScalar,
  type ScalarRules,
  verifyingKeys,
  vkeyToKeyData,
} from '@veritask/sdk'
import { groth16ProofSystemAbi, verifierKeyRegistryAbi } from '@veritask/sdk/abi'
import { type Abi, type Address, encodeFunctionData, type Hex } from 'viem'
import { deployHelper } from '../job/artifacts.ts'
import type { Job, JobClient } from '../job/context.ts'
import { below, seeded } from '../job/random.ts'
import { accounts } from '../lib/accounts.ts'
import { fromRoot } from '../lib/paths.ts'

const circuit = 'legality-scalar-64'
const batchSizes = [1, 4, 16, 32, 64] as const
/** Proofs made; larger batches repeat them, which costs the same. */
const distinctProofs = 16

export interface Verification {
  readonly circuit: string
  readonly signals: number
  /** Gas of one proof: the verifier contract snarkjs exports for the same key, our proof system, the registry before it. */
  readonly exported: bigint
  readonly system: bigint
  readonly registry: bigint
  /** Gas of `VerifierKeyRegistry.verifyBatch`. */
  readonly batches: readonly { readonly proofs: number; readonly gas: bigint }[]
}

/**
 * Gas of verifying real proofs, alone and in batches, beside the contract that snarkjs exports for the same key. Execution
 * only, with accounts and storage warm: neither the transaction nor its calldata counts.
 */
export async function measureVerification(
  job: Job,
  directory: string,
  detail: (text: string) => void,
): Promise<Verification> {
  const client = job.client(accounts.requester)
  const meter = await deployHelper(client, 'GasMeter', [])
  const { verifierKeyRegistry: registry, groth16 } = job.deployment.contracts
  const proofs: ProveReturnType[] = []
  for (let seed = 0; seed < distinctProofs; seed++) {
    detail(`proof ${seed + 1} of ${distinctProofs}`)
    proofs.push(await proveLegality(job.prover, seed))
  }
  const [first] = proofs
  if (first === undefined) throw new Error('no proof was made')

  const gasOf = async (target: Address, data: Hex, expected: bigint): Promise<bigint> => {
    const [used, answer] = (await client.readContract({
      address: meter,
      abi: meterAbi,
      functionName: 'measure',
      args: [target, data],
    })) as readonly [bigint, bigint]
    if (answer !== expected) throw new Error(`${target} answers ${answer}, not ${expected}`)
    return used
  }
  const keyId = idOf(circuit)
  const alone = [keyId, first.publicSignals, proofToBytes(first.proof)] as const
  const exported = await deployExported(client, directory)
  const batches = []
  for (const size of batchSizes) {
    const chosen = Array.from({ length: size }, (_, index) => proofs[index % distinctProofs] as ProveReturnType)
    const data = encodeFunctionData({
      abi: verifierKeyRegistryAbi,
      functionName: 'verifyBatch',
      args: [keyId, chosen.map(({ publicSignals }) => publicSignals), chosen.map(({ proof }) => proofToBytes(proof))],
    })
    batches.push({ proofs: size, gas: await gasOf(registry, data, (1n << BigInt(size)) - 1n) })
  }
  return {
    circuit,
    signals: first.publicSignals.length,
    exported: await gasOf(exported.address, exported.call(first), 1n),
    system: await gasOf(
      groth16,
      encodeFunctionData({ abi: groth16ProofSystemAbi, functionName: 'verify', args: alone }),
      1n,
    ),
    registry: await gasOf(
      registry,
      encodeFunctionData({ abi: verifierKeyRegistryAbi, functionName: 'verify', args: alone }),
      1n,
    ),
    batches,
  }
}

const meterAbi = [
  {
    type: 'function',
    name: 'measure',
    stateMutability: 'view',
    inputs: [
      { name: 'target', type: 'address' },
      { name: 'data', type: 'bytes' },
    ],
    outputs: [
      { name: 'used', type: 'uint256' },
      { name: 'answer', type: 'uint256' },
    ],
  },
] as const satisfies Abi

/** A proof that labels drawn from the seed are legal and that a ciphertext holds them. */
async function proveLegality(prover: Prover, seed: number): Promise<ProveReturnType> {
  const random = seeded(seed)
  const rules: ScalarRules = {
    kind: 'distance',
    capacity: 64,
    itemCount: 64,
    goldCount: 16,
    thresholdBps: 7_500,
    max: 9,
    tolerance: 0,
  }
  const { inputs, statement } = legalityWitness({
    rules,
    labels: Array.from({ length: rules.itemCount }, () => below(random, rules.max + 1)),
    salt: randomSalt(),
    commitmentContext: randomSalt(),
    context: randomSalt(),
    encryptionKey: generateKeyPair().publicKey,
    ephemeralScalar: randomScalar(),
  })
  return prover.prove({ circuit, inputs, expectedSignals: statement.publicSignals })
}

function idOf(name: typeof circuit): Hex {
  const entry = circuitManifest.circuits[name]
  if (entry === undefined) throw new Error(`the manifest lists no ${name}`)
  const { development } = circuitManifest
  const { manifestHash, challenge } = entry
  const keyData = vkeyToKeyData(verifyingKeys[name])
  return keyIdOf({ keyData, manifestHash, development, needsChallenge: challenge !== null })
}

/** The verifier that snarkjs exports for the circuit's key, compiled like our contracts. It is GPL-3.0 and not kept. */
async function deployExported(
  client: JobClient,
  directory: string,
): Promise<{ readonly address: Address; readonly call: (proved: ProveReturnType) => Hex }> {
  const source = join(directory, 'Groth16Verifier.sol')
  const key = fromRoot('circuits', 'build', circuit, `${circuit}.zkey`)
  const snarkjs = fromRoot('node_modules', 'snarkjs', 'build', 'cli.cjs')
  run(process.execPath, [snarkjs, 'zkey', 'export', 'solidityverifier', key, source])
  const input = {
    language: 'Solidity',
    sources: { verifier: { content: readFileSync(source, 'utf8') } },
    settings: {
      optimizer: { enabled: true, runs: 10_000 },
      evmVersion: 'cancun',
      outputSelection: { verifier: { Groth16Verifier: ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = run(fromRoot('contracts', 'tools', 'solc'), ['--standard-json'], JSON.stringify(input))
  const compiled = JSON.parse(output).contracts.verifier.Groth16Verifier as {
    readonly abi: Abi
    readonly evm: { readonly bytecode: { readonly object: string } }
  }
  const hash = await client.deployContract({
    abi: compiled.abi,
    bytecode: `0x${compiled.evm.bytecode.object}`,
    args: [],
  })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  if (contractAddress == null) throw new Error('the exported verifier was not deployed')
  const call = ({ proof, publicSignals }: ProveReturnType): Hex =>
    encodeFunctionData({
      abi: compiled.abi,
      functionName: 'verifyProof',
      // The precompile's order: the imaginary part first.
      args: [
        proof.a,
        [
          [proof.b[0][1], proof.b[0][0]],
          [proof.b[1][1], proof.b[1][0]],
        ],
        proof.c,
        publicSignals,
      ],
    })
  return { address: contractAddress, call }
}

function run(command: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    ...(input === undefined ? {} : { input }),
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? ''}\n${stdout}${stderr}`)
  return stdout
}
