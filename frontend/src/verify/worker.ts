/// <reference lib="webworker" />
/**
 * Verifies a receipt away from the page: reads the chain itself (never the indexer), rebuilds the statement and runs the
 * Groth16 pairing check. The pairing library is loaded here and nowhere else, and no prover.
 */
import { freezeText, verifyReceipt, withVeritask } from '@veritask/sdk/verify'
import { createClient, defineChain, http } from 'viem'
import type { VerifyOutcome, VerifyRequest } from './protocol'

declare const self: DedicatedWorkerGlobalScope

async function verify({ rpcUrl, deployment, receiptId }: VerifyRequest): Promise<VerifyOutcome> {
  const chain = defineChain({
    id: deployment.chainId,
    name: `Chain ${deployment.chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const client = createClient({ chain: withVeritask(chain, deployment), transport: http(rpcUrl) })
  const started = performance.now()
  const { checks, laterFreeze } = await verifyReceipt(client, { receiptId })
  return {
    kind: 'done',
    checks: checks.map(({ name, description, passed, detail }) => ({
      name,
      description,
      result: passed ? 'passed' : name === 'key-artifacts' ? 'unknown' : 'failed',
      detail: detail ?? '',
    })),
    milliseconds: performance.now() - started,
    laterFrozenFor: laterFreeze ? freezeText(laterFreeze) : '',
  }
}

self.addEventListener('message', ({ data }: MessageEvent<VerifyRequest>) => {
  verify(data)
    .catch((error: unknown): VerifyOutcome => ({ kind: 'error', message: messageOf(error) }))
    .then((outcome) => self.postMessage(outcome))
})

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The verification stopped for an unknown reason.'
  // viem and the SDK both keep the sentence for people apart from the details for logs.
  return 'shortMessage' in error ? String(error.shortMessage) : error.message
}
