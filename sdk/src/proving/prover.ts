import { BaseError } from '../errors/base.js'
import { type ArtifactLoader, loadArtifact, manifestEntryOf } from './artifacts.js'
import { type Groth16Proof, verifyProof } from './groth16.js'
import type { CircuitManifest, VerifyingKeyJson } from './types.js'
import type { CircuitInputs } from './witness.js'

/** How far a proof is. */
export type ProvingProgress = {
  /** `load` fetches and checks artifacts (first proof of a circuit only). */
  readonly stage: 'load' | 'witness' | 'prove' | 'verify' | 'done'
  /** Share of the whole, 0 to 1, never falling. */
  readonly fraction: number
}

/** What is to be proven. */
export type ProveParameters = {
  /** Circuit name in the manifest. */
  readonly circuit: string
  /** From a witness builder. Secret. */
  readonly inputs: CircuitInputs
  /** Public signals that the proof must carry. */
  readonly expectedSignals?: readonly bigint[] | undefined
  readonly onProgress?: ((progress: ProvingProgress) => void) | undefined
  /** Cancels the proof; the prover stays usable. */
  readonly signal?: AbortSignal | undefined
}

/** A proof that was verified against the circuit's verifying key before it was handed over. */
export type ProveReturnType = {
  readonly proof: Groth16Proof
  readonly publicSignals: readonly bigint[]
  /** Time from the start of this proof (not its wait in the queue) to its verification. */
  readonly milliseconds: number
}

/** Makes proofs, one at a time, in the order asked. */
export type Prover = {
  /**
   * @throws {@link ArtifactHashMismatchError}, {@link ArtifactMissingError}, {@link ArtifactUnknownError},
   * {@link ManifestInvalidError}, {@link WitnessRejectedError}, {@link ProofInvalidError}, {@link ProvingAbortedError},
   * {@link ProverCrashedError}, {@link ProverClosedError}
   */
  readonly prove: (parameters: ProveParameters) => Promise<ProveReturnType>
  /** Ends the worker and whatever it is proving. */
  readonly close: () => Promise<void>
}

/** The circuit refuses the inputs: no proof of them exists. */
export class WitnessRejectedError extends BaseError {
  override name = 'WitnessRejectedError'
  /** @param trace - Template names and lines, innermost first; no values. */
  constructor(
    readonly circuit: string,
    readonly trace: string,
  ) {
    super(`The circuit ${circuit} refuses these inputs: they do not satisfy the statement.`, { details: trace })
  }
}

/** A proof came out that does not verify, or carries other public signals than asked for. It was thrown away. */
export class ProofInvalidError extends BaseError {
  override name = 'ProofInvalidError'
  constructor(
    readonly circuit: string,
    readonly reason: string,
  ) {
    super(`The proof of ${circuit} is not valid and was not used: ${reason}.`)
  }
}

/** The caller cancelled the proof. */
export class ProvingAbortedError extends BaseError {
  override name = 'ProvingAbortedError'
  constructor(readonly circuit: string) {
    super(`Proving ${circuit} was cancelled.`)
  }
}

/** The proving worker ended unexpectedly, for example for lack of memory. */
export class ProverCrashedError extends BaseError {
  override name = 'ProverCrashedError'
  constructor(readonly circuit: string) {
    super(`The proving worker ended while it proved ${circuit}.`, {
      metaMessages: ['A proof of this size needs up to 1 GiB of memory.'],
    })
  }
}

/** A proof was asked of a closed prover. */
export class ProverClosedError extends BaseError {
  override name = 'ProverClosedError'
  constructor() {
    super('The prover is closed.')
  }
}

/** A worker as the host sees it, whatever the platform. */
export type ProvingWorker = {
  readonly post: (message: object, transfer: ArrayBuffer[]) => void
  readonly listen: (onMessage: (message: WorkerAnswer) => void, onCrash: () => void) => void
  readonly terminate: () => Promise<void>
  /** Whether a proof is under way: an idle worker must not keep a process alive. */
  readonly busy: (busy: boolean) => void
}

/** What a worker answers; see worker/engine.js. */
export type WorkerAnswer =
  | { readonly type: 'loaded'; readonly id: number }
  | { readonly type: 'progress'; readonly id: number; readonly stage: 'witness' | 'prove'; readonly fraction: number }
  | { readonly type: 'proof'; readonly id: number; readonly proof: SnarkjsProof; readonly publicSignals: string[] }
  | { readonly type: 'failed'; readonly id: number; readonly rejected: boolean; readonly details: string }

type SnarkjsProof = {
  readonly pi_a: readonly string[]
  readonly pi_b: readonly (readonly string[])[]
  readonly pi_c: readonly string[]
}

type Session = {
  readonly worker: ProvingWorker
  /** Verifying keys of the circuits that the worker holds. */
  readonly keys: Map<string, VerifyingKeyJson>
  /** Who waits for the worker; one at a time. */
  waiting: { readonly onAnswer: (answer: WorkerAnswer) => void; readonly onEnd: () => void } | undefined
}

/** Share of the whole at which each stage begins; the worker's own fractions fill the middle. */
const WORKER_FROM = 0.05
const WORKER_TO = 0.97

/**
 * A prover on top of a kind of worker. Loads and checks artifacts, queues proofs, verifies each before handing it over,
 * and starts a new worker after a cancellation or a crash.
 */
export function createProver(parameters: {
  readonly spawn: () => ProvingWorker
  readonly artifacts: ArtifactLoader
  readonly manifest: CircuitManifest
}): Prover {
  const { spawn, artifacts, manifest } = parameters
  let session: Session | undefined
  let queue: Promise<unknown> = Promise.resolve()
  let closed = false
  let messageId = 0

  const start = (): Session => {
    const started: Session = { worker: spawn(), keys: new Map(), waiting: undefined }
    started.worker.listen(
      (answer) => started.waiting?.onAnswer(answer),
      () => end(started),
    )
    return started
  }

  const end = async (ending: Session): Promise<void> => {
    if (session === ending) session = undefined
    const { waiting } = ending
    ending.waiting = undefined
    waiting?.onEnd()
    await ending.worker.terminate()
  }

  /** Sends a message and waits for its last answer. */
  const ask = (
    asked: Session,
    { circuit, signal }: ProveParameters,
    message: object,
    transfer: ArrayBuffer[],
    onProgress: (answer: WorkerAnswer & { type: 'progress' }) => void,
  ) =>
    new Promise<Exclude<WorkerAnswer, { type: 'progress' }>>((resolve, reject) => {
      const id = ++messageId
      const onAbort = () => void end(asked)
      const settle = (finish: () => void) => {
        asked.waiting = undefined
        asked.worker.busy(false)
        signal?.removeEventListener('abort', onAbort)
        finish()
      }
      asked.waiting = {
        onAnswer: (answer) => {
          if (answer.id !== id) return
          if (answer.type === 'progress') onProgress(answer)
          else settle(() => resolve(answer))
        },
        onEnd: () =>
          settle(() =>
            reject(
              closed
                ? new ProverClosedError()
                : signal?.aborted
                  ? new ProvingAbortedError(circuit)
                  : new ProverCrashedError(circuit),
            ),
          ),
      }
      signal?.addEventListener('abort', onAbort)
      asked.worker.busy(true)
      asked.worker.post({ ...message, id }, transfer)
    })

  /** Makes the worker hold the circuit; returns its verifying key. */
  const ensureLoaded = async (job: ProveParameters): Promise<{ session: Session; key: VerifyingKeyJson }> => {
    const { circuit, signal } = job
    const known = session?.keys.get(circuit)
    if (session && known) return { session, key: known }
    await manifestEntryOf(manifest, circuit)
    const load = (kind: 'wasm' | 'zkey' | 'vkey') =>
      loadArtifact({ loader: artifacts, manifest, circuit, kind, signal })
    const [wasm, zkey, vkey] = await Promise.all([load('wasm'), load('zkey'), load('vkey')])
    assertOpen(job)
    session ??= start()
    const current = session
    // Copies of their own: what is transferred is gone for the loader, which may share or pool its buffers.
    const [wasmCopy, zkeyCopy] = [new Uint8Array(wasm), new Uint8Array(zkey)]
    const message = { type: 'load', circuit, wasm: wasmCopy, zkey: zkeyCopy }
    const answer = await ask(current, job, message, [wasmCopy.buffer, zkeyCopy.buffer], () => {})
    if (answer.type !== 'loaded') throw new ProverCrashedError(circuit)
    const key = JSON.parse(new TextDecoder().decode(vkey)) as VerifyingKeyJson
    current.keys.set(circuit, key)
    return { session: current, key }
  }

  const assertOpen = ({ circuit, signal }: ProveParameters): void => {
    if (closed) throw new ProverClosedError()
    if (signal?.aborted) throw new ProvingAbortedError(circuit)
  }

  const run = async (job: ProveParameters): Promise<ProveReturnType> => {
    const { circuit, inputs, expectedSignals, onProgress } = job
    assertOpen(job)
    const startedAt = performance.now()
    onProgress?.({ stage: 'load', fraction: 0 })
    const loaded = await ensureLoaded(job).catch((error: unknown) => {
      // A loader that was cancelled fails in its own way.
      assertOpen(job)
      throw error
    })
    assertOpen(job)
    const answer = await ask(loaded.session, job, { type: 'prove', circuit, inputs }, [], ({ stage, fraction }) =>
      onProgress?.({ stage, fraction: WORKER_FROM + fraction * (WORKER_TO - WORKER_FROM) }),
    )
    if (answer.type === 'failed' && answer.rejected) throw new WitnessRejectedError(circuit, answer.details)
    if (answer.type !== 'proof') throw new ProofInvalidError(circuit, 'the prover failed')
    onProgress?.({ stage: 'verify', fraction: WORKER_TO })
    const proof = proofFromSnarkjs(answer.proof)
    const publicSignals = answer.publicSignals.map(BigInt)
    if (expectedSignals && !sameSignals(publicSignals, expectedSignals))
      throw new ProofInvalidError(circuit, 'it carries other public signals than asked for')
    if (!(await verifyProof(loaded.key, publicSignals, proof)))
      throw new ProofInvalidError(circuit, 'it does not verify')
    onProgress?.({ stage: 'done', fraction: 1 })
    return { proof, publicSignals, milliseconds: performance.now() - startedAt }
  }

  return {
    prove: (job) => {
      const result = queue.then(() => run(job))
      queue = result.catch(() => {})
      return untilCancelled(result, job)
    },
    close: async () => {
      closed = true
      if (session) await end(session)
    },
  }
}

/** The result, or a refusal as soon as the caller cancels, also while the proof still waits for its turn. */
function untilCancelled<T>(result: Promise<T>, { circuit, signal }: ProveParameters): Promise<T> {
  if (!signal) return result
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new ProvingAbortedError(circuit))
    signal.addEventListener('abort', onAbort)
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function proofFromSnarkjs({ pi_a, pi_b, pi_c }: SnarkjsProof): Groth16Proof {
  const pair = (coordinates: readonly string[] | undefined) =>
    [BigInt(coordinates![0]!), BigInt(coordinates![1]!)] as const
  return { a: pair(pi_a), b: [pair(pi_b[0]), pair(pi_b[1])], c: pair(pi_c) }
}

function sameSignals(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.length === b.length && a.every((signal, i) => signal === b[i])
}
