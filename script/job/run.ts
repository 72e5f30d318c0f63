import { accounts } from '../lib/accounts.ts'
import { keyActivationDelaySeconds } from '../lib/chain.ts'
import type { Printer } from '../lib/progress.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Job } from './context.ts'
import { registerDigits } from './dataset.ts'
import { allowDemoDollar, governanceSeconds } from './governance.ts'
import { trainLabellers } from './labellers.ts'
import type { TaskResult } from './outcome.ts'
import type { Scenario, Stage } from './scenario.ts'

const seed = 1
const margin = 300n

/** How far the clock is moved in all: a chain started this long ago ends the job about now. */
export const jobSeconds = (scenarios: readonly Scenario[]): bigint =>
  scenarios.reduce((sum, { seconds }) => sum + seconds, 0n) +
  BigInt(keyActivationDelaySeconds) +
  governanceSeconds +
  margin

export async function activateKeys(job: Job): Promise<void> {
  await warpTo(job.rpcUrl, (await latestTimestamp(job.rpcUrl)) + BigInt(keyActivationDelaySeconds))
  const keeper = job.client(accounts.keeper)
  for (const keyId of Object.values(job.deployment.keys)) await keeper.activateKey({ keyId })
}

/** Makes a thing once, for whoever asks first, and shows that it takes a moment. */
function once<T>(printer: Printer, title: string, make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= printer.step(title, make)
    return made
  }
}

function createStage(job: Job, printer: Printer, batches: number): Stage {
  const digits = once(printer, 'register the dataset', () =>
    registerDigits(job.client(accounts.requester), job.store, seed + 100, batches),
  )
  let taken = 0
  return {
    job,
    seed,
    labellers: once(printer, 'train the labellers', async () => trainLabellers(seed)),
    token: once(printer, 'vote an ERC-20 in: proposal, ballots, timelock', () => allowDemoDollar(job)),
    batch: async () => {
      const batch = (await digits())[taken++]
      if (batch === undefined) throw new Error(`the scenarios asked for more than ${batches} batches`)
      return batch
    },
  }
}

/** The main job: a dataset of real digits and one story per settlement, everything on a real chain with real proofs. */
export async function runJob(job: Job, printer: Printer, scenarios: readonly Scenario[]): Promise<TaskResult[]> {
  await printer.step('activate verifier keys', () => activateKeys(job))
  const stage = createStage(
    job,
    printer,
    scenarios.reduce((sum, { batches }) => sum + batches, 0),
  )
  const results: TaskResult[] = []
  for (const scenario of scenarios) {
    // First what others need too, so that no step runs within another.
    for (const need of scenario.needs ?? []) await stage[need]()
    results.push(...(await printer.step(scenario.title, (detail) => scenario.run(stage, detail))))
  }
  const now = BigInt(Math.floor(Date.now() / 1000))
  if (now > (await latestTimestamp(job.rpcUrl))) await warpTo(job.rpcUrl, now)
  return results
}
