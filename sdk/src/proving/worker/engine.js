import { calculateWitness, WitnessRejection } from './witness.js'

/**
 * The proving engine behind both workers: keeps each circuit's proving key and compiled witness calculator, and snarkjs
 * keeps its curve threads, so that only the first proof pays for start-up. Messages in: `load`, `prove`. Messages out:
 * `loaded`, `progress`, `proof`, `failed`. The host has checked the hashes of everything it sends.
 *
 * Plain JavaScript, because a worker is loaded as a file and must run from the sources and from the build alike.
 *
 * @param {{ groth16: { prove: Function } }} snarkjs
 * @param {(message: object) => void} post
 */
export function createEngine(snarkjs, post) {
  /** @type {Map<string, { module: WebAssembly.Module, zkey: Uint8Array }>} */
  const circuits = new Map()

  const load = async ({ id, circuit, wasm, zkey }) => {
    circuits.set(circuit, { module: await WebAssembly.compile(wasm), zkey })
    post({ type: 'loaded', id })
  }

  const prove = async ({ id, circuit, inputs }) => {
    const { module, zkey } = circuits.get(circuit)
    const progress = (stage, fraction) => post({ type: 'progress', id, stage, fraction })
    progress('witness', 0)
    const witness = await calculateWitness(module, inputs)
    try {
      progress('prove', STEPS[0][1])
      const logger = { debug: (line) => reportStep(line, progress), info() {}, warn() {}, error() {} }
      const { proof, publicSignals } = await snarkjs.groth16.prove(
        { type: 'mem', data: zkey },
        { type: 'mem', data: witness },
        logger,
      )
      post({ type: 'proof', id, proof, publicSignals })
    } finally {
      witness.fill(0)
    }
  }

  return async (message) => {
    try {
      await (message.type === 'load' ? load(message) : prove(message))
    } catch (error) {
      const rejected = error instanceof WitnessRejection
      // Only the witness calculator's own messages are known to be free of witness values.
      post({ type: 'failed', id: message.id, rejected, details: rejected ? error.message : '' })
    }
  }
}

/** How far a proof is when snarkjs announces a step; shares of the time, measured at 2^14 with two threads. */
const STEPS = [
  ['Building ABC', 0.1],
  ['IFFT_A', 0.35],
  ['Join ABC', 0.45],
  ['Reading A Points', 0.46],
  ['Reading B1 Points', 0.54],
  ['Reading B2 Points', 0.58],
  ['Reading C Points', 0.77],
  ['Reading H Points', 0.83],
]

function reportStep(line, progress) {
  const step = STEPS.find(([prefix]) => line.startsWith(prefix))
  if (step) progress('prove', step[1])
}
