/**
 * Runs in a process of its own, so that its peak memory is the prover's: makes one proof cold and some more warm, and
 * prints the submission with what it took. Reads its request from the file named by the first argument.
 */
import { readFileSync } from 'node:fs'
import type { Prover } from '@veritask/sdk'
import { createNodeProver, fileArtifactLoader } from '@veritask/sdk/node'
import { createChecks } from '../job/checks.ts'
import { createJob } from '../job/context.ts'
import { developmentAccount } from '../lib/accounts.ts'
import { fromRoot } from '../lib/paths.ts'
import { fromJson, type ProofReport, type ProofRequest, toJson } from './wire.ts'

const bytesPerKibibyte = 1024
const request = fromJson<ProofRequest>(readFileSync(process.argv[2] as string, 'utf8'))
const inner = createNodeProver({ artifacts: fileArtifactLoader({ directory: fromRoot('circuits', 'build') }) })
const milliseconds: number[] = []
const prover: Prover = {
  ...inner,
  async prove(parameters) {
    const start = performance.now()
    const proved = await inner.prove(parameters)
    milliseconds.push(performance.now() - start)
    return proved
  },
}
const job = createJob({
  rpcUrl: request.rpcUrl,
  deployment: request.deployment,
  // Proving needs no content.
  store: {
    get: () => Promise.reject(new Error('no content here')),
    put: () => Promise.reject(new Error('no content here')),
  },
  prover,
  secretsDirectory: request.directory,
  checks: createChecks(() => {}),
})
const client = job.client(developmentAccount(request.account))
const { taskId, slot, work } = request
const makeProof = () =>
  work.kind === 'labels'
    ? client.proveLabels({ taskId, slot, labels: work.labels, ...(work.salt === undefined ? {} : { salt: work.salt }) })
    : client.proveScore({ taskId, slot, secrets: work.secrets })

const made = await makeProof()
for (let count = 1; count < request.repeat; count++) await makeProof()
const report: ProofReport = {
  made,
  milliseconds,
  peakBytes: process.resourceUsage().maxRSS * bytesPerKibibyte,
}
process.stdout.write(`${toJson(report)}\n`)
await inner.close()
process.exit(0)
