import { accounts } from '../lib/accounts.ts'
import { keyActivationDelaySeconds, timelockDelaySeconds } from '../lib/chain.ts'
import type { Printer } from '../lib/progress.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Job } from './context.ts'
import { registerDigits } from './dataset.ts'
import { allowDemoDollar } from './governance.ts'
import { hiddenGoldSeconds, runHiddenGold } from './hiddenGold.ts'
import { trainLabellers } from './labellers.ts'
import { openGoldSeconds, runOpenGold } from './openGold.ts'
import type { TaskResult } from './outcome.ts'

/** Fixes the images, the gold and every classifier, so that each run tells the same story. */
const seed = 1
const margin = 300n

/** How far the clock is moved in all: a chain started this long ago ends the job about now. */
export const jobSeconds =
  openGoldSeconds + hiddenGoldSeconds + BigInt(keyActivationDelaySeconds + timelockDelaySeconds) + margin

export async function activateKeys(job: Job): Promise<void> {
  await warpTo(job.rpcUrl, (await latestTimestamp(job.rpcUrl)) + BigInt(keyActivationDelaySeconds))
  const keeper = job.client(accounts.keeper)
  for (const keyId of Object.values(job.deployment.keys)) await keeper.activateKey({ keyId })
}

/** The main job: a dataset of real digits, one task per settlement, everything on a real chain with real proofs. */
export async function runJob(job: Job, printer: Printer): Promise<TaskResult[]> {
  await printer.step('activate verifier keys', () => activateKeys(job))
  const labellers = await printer.step('train the labellers', async () => trainLabellers(seed))
  const requester = job.client(accounts.requester)
  const [first, second] = await printer.step('register the dataset', () =>
    registerDigits(requester, job.store, seed + 100, 2),
  )
  if (first === undefined || second === undefined) throw new Error('the dataset has no two batches')
  const token = await printer.step('allow an ERC-20 through the timelock', () => allowDemoDollar(job))
  const open = await printer.step('task 1, open gold', (detail) =>
    runOpenGold(job, first, labellers, seed + 200, detail),
  )
  const hidden = await printer.step('task 2, hidden gold', (detail) =>
    runHiddenGold(job, second, labellers, seed + 201, token, detail),
  )
  const now = BigInt(Math.floor(Date.now() / 1000))
  if (now > (await latestTimestamp(job.rpcUrl))) await warpTo(job.rpcUrl, now)
  return [open, hidden]
}
