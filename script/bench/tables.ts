import { availableParallelism, cpus } from 'node:os'
import { table } from '../lib/table.ts'
import type { CallGas } from './calls.ts'
import type { ConsensusBench } from './consensus.ts'
import type { Measured, Proving, Transaction } from './measure.ts'
import type { Verification } from './verification.ts'

/** Gas per worker for 106 questions of which 6 are gold, as Dragoon's README gives it. */
const dragoonGasPerWorker = 2_666_645n
const dragoonLabels = 106
const bytesPerMebibyte = 2 ** 20

const total = (...transactions: readonly Transaction[]): bigint => transactions.reduce((sum, { gas }) => sum + gas, 0n)

/** Everything one worker of a task costs on-chain, with the opening of the gold charged to it alone. */
const perWorker = ({ openGold }: Measured): bigint =>
  total(openGold.join, openGold.wrapKey, openGold.commit, openGold.openGold, openGold.proveAndPay)

export interface BenchResult {
  readonly machine: string
  readonly proving: readonly Proving[]
  readonly tasks: readonly (Measured & {
    readonly gasPerWorker: bigint
    readonly gasPerVerifiedLabel: number
    readonly proveAndPayGasPerLabel: number
  })[]
  readonly dragoon: {
    readonly labels: number
    readonly gasPerWorker: bigint
    readonly ours: bigint
    readonly ratio: number
  }
  readonly verification: Verification
  /** Absent where its data is not there. */
  readonly consensus: ConsensusBench | undefined
  /** Of the stories that `npm start` tells. */
  readonly calls: readonly CallGas[]
}

export function resultOf(
  measured: readonly Measured[],
  verification: Verification,
  consensus: ConsensusBench | undefined,
  calls: readonly CallGas[],
): BenchResult {
  const same = measured.find(({ shape }) => shape.labels === dragoonLabels)
  if (same === undefined) throw new Error(`no task of ${dragoonLabels} labels was measured`)
  const ours = perWorker(same)
  return {
    machine: `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} threads, Node ${process.version}`,
    proving: measured
      .filter((one) => one !== same)
      .flatMap(({ openGold, hiddenGold }) => [openGold.proving, hiddenGold.legality, hiddenGold.score]),
    tasks: measured.map((one) => ({
      ...one,
      gasPerWorker: perWorker(one),
      gasPerVerifiedLabel: Number(perWorker(one)) / one.shape.labels,
      proveAndPayGasPerLabel: Number(one.openGold.proveAndPay.gas) / one.shape.labels,
    })),
    dragoon: {
      labels: dragoonLabels,
      gasPerWorker: dragoonGasPerWorker,
      ours,
      ratio: Number(dragoonGasPerWorker) / Number(ours),
    },
    verification,
    consensus,
    calls,
  }
}

const number = (value: bigint | number): string => Math.round(Number(value)).toLocaleString('en-US')
const gasAndBytes = ({ gas, calldataBytes }: Transaction): string => `${number(gas)} (${number(calldataBytes)} B)`

export function printTables(result: BenchResult, print: (line: string) => void): void {
  print(`${result.machine}\n`)
  print('Proving (snarkjs, Groth16): first proof of a process, then the median of the next ones')
  for (const line of table(
    ['circuit', 'constraints', 'first', 'steady', 'peak memory'],
    result.proving.map(({ circuit, constraints, firstMilliseconds, steadyMilliseconds, peakBytes }) => [
      circuit,
      number(constraints),
      `${number(firstMilliseconds)} ms`,
      `${number(steadyMilliseconds)} ms`,
      `${number(peakBytes / bytesPerMebibyte)} MiB`,
    ]),
    'right',
  )) {
    print(line)
  }
  print('\nGas of each transaction, and its calldata')
  for (const line of table(
    ['labels', 'join', 'content key', 'commit', 'open gold', 'prove and pay', 'submit', 'score and pay'],
    result.tasks.map(({ shape, openGold, hiddenGold }) => [
      `${shape.labels} (${shape.gold} gold)`,
      ...[openGold.join, openGold.wrapKey, openGold.commit, openGold.openGold, openGold.proveAndPay].map(gasAndBytes),
      ...[hiddenGold.submit, hiddenGold.scoreAndPay].map(gasAndBytes),
    ]),
    'right',
  )) {
    print(line)
  }
  print(
    '\nGas per verified label, one worker (join, content key, commit, the whole opening of the gold, prove and pay)',
  )
  for (const line of table(
    ['labels', 'gas per worker', 'per label', 'of which prove and pay', 'Dragoon, per worker', 'Dragoon / ours'],
    result.tasks.map(({ shape, gasPerWorker, gasPerVerifiedLabel, proveAndPayGasPerLabel }) => {
      const same = shape.labels === result.dragoon.labels
      return [
        `${shape.labels} (${shape.gold} gold)`,
        number(gasPerWorker),
        number(gasPerVerifiedLabel),
        number(proveAndPayGasPerLabel),
        same ? number(result.dragoon.gasPerWorker) : '',
        same ? `${result.dragoon.ratio.toFixed(2)}×` : '',
      ]
    }),
    'right',
  )) {
    print(line)
  }
  printVerification(result.verification, print)
  printConsensus(result.consensus, print)
  printCalls(result.calls, print)
}

function printCalls(calls: readonly CallGas[], print: (line: string) => void): void {
  print('\nGas of every call in the stories of `npm start`')
  for (const line of table(
    ['contract', 'function', 'calls', 'least gas', 'most gas'],
    calls.map(({ contract, function: name, calls: count, leastGas, mostGas }) => [
      contract,
      name,
      number(count),
      number(leastGas),
      number(mostGas),
    ]),
    'right',
  )) {
    print(line)
  }
}

function printConsensus(consensus: ConsensusBench | undefined, print: (line: string) => void): void {
  if (consensus === undefined) {
    print(
      '\nConsensus of 39 workers on 108 images: not measured, its data is not there (name its place with VERITASK_DATA)',
    )
    return
  }
  const { workers, items, gas, workerSeconds, aggregateSeconds, proofs, published } = consensus
  const sum = gas.join + gas.commit + gas.deliver + gas.aggregate
  print(`\nConsensus of ${workers} workers on ${items} images, beside what the AVeCQ paper reports for as many workers`)
  for (const line of table(
    ['', 'ours', 'AVeCQ'],
    [
      ['proofs checked by', `the chain (${proofs})`, 'whoever looks, off the chain'],
      ['one worker proves', `${workerSeconds.toFixed(1)} s`, ''],
      [
        'proving and settling, aggregator',
        `${(aggregateSeconds / 60).toFixed(1)} min`,
        `under ${published.minutes} min`,
      ],
      ['gas, joining', number(gas.join), ''],
      ['gas, committing', number(gas.commit), ''],
      ['gas, delivering encrypted labels with proofs', number(gas.deliver), ''],
      ['gas, proving the consensus and paying', number(gas.aggregate), ''],
      ['gas, all', number(sum), number(published.gas)],
    ],
    'right',
  )) {
    print(line)
  }
}

function printVerification(verification: Verification, print: (line: string) => void): void {
  const { circuit, signals, exported, system, registry, batches } = verification
  print(`\nGas of verifying a proof of ${circuit} (${signals} signals), accounts warm, without the transaction`)
  const rows = [
    ['contract exported by snarkjs', exported, 1],
    ['Groth16ProofSystem.verify', system, 1],
    ['VerifierKeyRegistry.verify', registry, 1],
    ...batches.map(({ proofs, gas }) => [`VerifierKeyRegistry.verifyBatch of ${proofs}`, gas, proofs] as const),
  ] as const
  for (const line of table(
    ['by', 'gas', 'per proof', 'exported / ours'],
    rows.map(([by, gas, proofs]) => [
      by,
      number(gas),
      number(Number(gas) / proofs),
      `${(Number(exported) / (Number(gas) / proofs)).toFixed(2)}×`,
    ]),
    'right',
  )) {
    print(line)
  }
}
