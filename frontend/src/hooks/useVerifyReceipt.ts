import { useMutation } from '@tanstack/react-query'
import { useConfig } from '../config'
import type { VerifyOutcome, VerifyRequest } from '../verify/protocol'

/** Reading the chain and checking one proof takes seconds; after this the page says that it gave up. */
const VERIFY_TIMEOUT_MS = 120_000

export class VerifyError extends Error {
  override readonly name = 'VerifyError'
}

export type Verification = Extract<VerifyOutcome, { kind: 'done' }>

/** Verifies a receipt in a worker of its own, from chain data alone. */
export function useVerifyReceipt(receiptId: string) {
  const { rpcUrl, deployment } = useConfig()
  return useMutation<Verification, Error>({
    mutationFn: () => runWorker({ rpcUrl, deployment, receiptId: receiptId as `0x${string}` }),
    retry: false,
  })
}

async function runWorker(request: VerifyRequest): Promise<Verification> {
  const worker = new Worker(new URL('../verify/worker.ts', import.meta.url), { type: 'module' })
  try {
    const outcome = await new Promise<VerifyOutcome>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new VerifyError(`No result after ${VERIFY_TIMEOUT_MS / 1000} seconds.`)),
        VERIFY_TIMEOUT_MS,
      )
      worker.addEventListener('message', ({ data }: MessageEvent<VerifyOutcome>) => {
        clearTimeout(timer)
        resolve(data)
      })
      worker.addEventListener('error', (event) => {
        clearTimeout(timer)
        reject(new VerifyError(event.message || 'The verifier could not be loaded.'))
      })
      worker.postMessage(request)
    })
    if (outcome.kind === 'error') throw new VerifyError(outcome.message)
    return outcome
  } finally {
    worker.terminate()
  }
}
