import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ContentStore, type Deployment, type Prover, veritaskActions, withVeritask } from '@veritask/sdk'
import { type Account, createWalletClient, http, publicActions } from 'viem'
import { foundry } from 'viem/chains'
import type { Checks } from './checks.ts'

/** Local blocks come at once. */
const pollingMilliseconds = 50
const ownerOnly = 0o600

export interface JobOptions {
  readonly rpcUrl: string
  readonly deployment: Deployment
  readonly store: ContentStore
  readonly prover: Prover
  readonly secretsDirectory: string
  readonly checks: Checks
}

export type Job = ReturnType<typeof createJob>
export type JobClient = ReturnType<Job['client']>

/** What every part of the main job works with. */
export function createJob(options: JobOptions) {
  const { rpcUrl, deployment, store, prover, secretsDirectory, checks } = options
  mkdirSync(secretsDirectory, { recursive: true })
  return {
    rpcUrl,
    deployment,
    store,
    prover,
    checks,
    /** Everybody has a client, and with it an account, of their own. */
    client: (account: Account) =>
      createWalletClient({
        account,
        chain: withVeritask(foundry, deployment),
        transport: http(rpcUrl),
        pollingInterval: pollingMilliseconds,
      })
        .extend(publicActions)
        .extend(veritaskActions({ store, prover })),
    keep: (name: string) => (secrets: unknown) =>
      writeFileSync(join(secretsDirectory, `${name}.json`), `${JSON.stringify(secrets, null, 2)}\n`, {
        mode: ownerOnly,
      }),
    recall: <T>(name: string): T => JSON.parse(readFileSync(join(secretsDirectory, `${name}.json`), 'utf8')) as T,
  }
}
