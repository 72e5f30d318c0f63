import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Deployment, parseDeployment } from '@veritask/sdk'
import { accountCount, accounts } from './accounts.ts'
import { foundryBinary } from './foundry.ts'
import { writeKeysFile } from './keys.ts'
import { freePort, loopback } from './ports.ts'
import type { Processes, Running } from './processes.ts'
import { until } from './rpc.ts'

/** Protocol fee of the local deployment, in basis points, so that the flow of fees can be seen. */
const feeBps = 200
/** Delay of the local timelock and of key activation, in seconds of chain time. */
export const timelockDelaySeconds = 60
export const keyActivationDelaySeconds = 60
/** Length of a local vote, in seconds of chain time: ample for a slow machine to vote in, skipped by moving the clock. */
export const votingPeriodSeconds = 120

/** Votes in all, in base units. */
const voteSupply = 1_000_000n * 10n ** 18n

/**
 * A block at least so often, in seconds, as on Ethereum: deadlines pass and votes end though nobody sends anything, and what is
 * remembered for 256 blocks is there for as long as it is there.
 */
export const blockSeconds = 12
/** States of past blocks that are kept in memory, beyond any that is asked for; older ones would fill the disk of an idle machine. */
const keptStates = 1024

export interface Chain {
  readonly url: string
  readonly process: Running
}

const startAttempts = 3

/** Seconds between two writings of a kept chain, for a machine that goes down at once. */
const stateSeconds = 60

/**
 * A local chain on loopback, on `preferredPort` if it is free, whose clock starts at `timestamp` (seconds). With `stateFile` it goes on
 * from what that file holds, if it is there, and is written to it when it ends.
 */
export async function startChain(
  processes: Processes,
  preferredPort: number,
  timestamp?: bigint,
  stateFile?: string,
): Promise<Chain> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(attempt === 1 ? preferredPort : 0)
    // Its own word that it listens, not an answer on the port: that may come from somebody else's chain.
    let listening = false
    let ended = false
    const child = processes.start({
      name: 'anvil',
      command: foundryBinary('anvil'),
      args: [
        ...['--host', loopback, '--port', String(port), '--chain-id', '31337', '--accounts', String(accountCount)],
        // Transactions are mined at once all the same.
        ...['--block-time', String(blockSeconds), '--mixed-mining', '--prune-history', String(keptStates)],
        ...(stateFile === undefined ? [] : ['--state', stateFile, '--state-interval', String(stateSeconds)]),
        ...(timestamp === undefined ? [] : ['--timestamp', String(timestamp)]),
      ],
      onLine: (line) => {
        listening ||= line.includes(`Listening on ${loopback}:${port}`)
      },
    })
    void child.ended.then(() => {
      ended = true
    })
    await until('the start of the chain', async () => listening || ended || undefined)
    const url = `http://${loopback}:${port}`
    if (listening && !ended) return { url, process: child }
    // Somebody took the port in between.
    if (attempt === startAttempts) throw new Error(`anvil ended:\n${child.tail()}`)
  }
}

/**
 * Deploys the protocol with script/Deploy.s.sol and proposes every pinned verifier key. `directory` must lie under
 * .veritask, where the Foundry script may write.
 */
export async function deploy(
  processes: Processes,
  chain: Chain,
  directory: string,
  detail: (text: string) => void,
): Promise<Deployment> {
  mkdirSync(directory, { recursive: true })
  const keysFile = join(directory, 'keys.json')
  const deploymentFile = join(directory, 'deployment.json')
  writeKeysFile(keysFile)
  await processes.check({
    name: 'forge-deploy',
    command: foundryBinary('forge'),
    args: [
      ...['script', 'script/Deploy.s.sol:Deploy', '--rpc-url', chain.url, '--broadcast', '--color', 'never'],
      // One after the other: sent at once they fill a block, and anvil leaves the rest waiting for the next transaction.
      ...['--slow', '--unlocked', '--sender', accounts.deployer.address, '--non-interactive', '--skip-simulation'],
    ],
    env: {
      FOUNDRY_BROADCAST: join(directory, 'broadcast'),
      DEPLOYMENT_FILE: deploymentFile,
      KEYS_FILE: keysFile,
      // One account of everybody's mnemonic carries every vote by itself.
      HOLDERS: accounts.governor.address,
      HOLDINGS: String(voteSupply),
      VOTING_PERIOD: String(votingPeriodSeconds),
      TIMELOCK_DELAY: String(timelockDelaySeconds),
      KEY_ACTIVATION_DELAY: String(keyActivationDelaySeconds),
      GUARDIAN: accounts.guardian.address,
      TREASURY: accounts.treasury.address,
      FEE_BPS: String(feeBps),
    },
    onLine: (line) => {
      if (/error|fail/i.test(line)) detail(line)
    },
  })
  return parseDeployment(JSON.parse(readFileSync(deploymentFile, 'utf8')))
}
