import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ArgsDef } from 'citty'
import { createWalletClient, defineChain, type Hex, http, isHex, type LocalAccount, size } from 'viem'
import { veritaskActions } from '../client.js'
import { type ContentReader, type ContentStore, createHttpGatewayStore, type Prover } from '../core.js'
import { type Deployment, parseDeployment, withVeritask } from '../deployments.js'
import { createFileContentStore, createNodeProver, fileArtifactLoader } from '../node.js'
import { InputFileError, KeyFileError, PassphraseRequiredError, UsageError } from './errors.js'
import { readAccount } from './keyFile.js'
import { openVault, type Vault } from './vault.js'

/** Flags every command takes. */
export const globalArgs = {
  json: { type: 'boolean', description: 'Print the result, and errors, as JSON' },
  'rpc-url': {
    type: 'string',
    valueHint: 'URL',
    description: 'Node (env VERITASK_RPC_URL; default http://127.0.0.1:8545)',
  },
  deployment: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Deployment file (env VERITASK_DEPLOYMENT; default .veritask/deployment.json)',
  },
  store: { type: 'string', valueHint: 'DIR', description: 'Content store on disk (default .veritask/content)' },
  gateway: { type: 'string', valueHint: 'URL', description: 'IPFS gateway to read contents from, instead of --store' },
  'key-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'Keystore or JSON key file that signs (env VERITASK_PRIVATE_KEY_FILE)',
  },
  state: { type: 'string', valueHint: 'DIR', description: 'Where secrets are kept, encrypted (default ~/.veritask)' },
  artifacts: {
    type: 'string',
    valueHint: 'DIR',
    description: 'Circuit artifacts for proving (default circuits/build)',
  },
} as const satisfies ArgsDef

export type GlobalFlags = { readonly [name in keyof typeof globalArgs]?: string | boolean | undefined }

/** What a command works with, each made when first asked for. */
export type Context = {
  readonly json: boolean
  readonly deployment: () => Promise<Deployment>
  /** A client that only reads. */
  readonly reader: () => Promise<CliClient>
  /** A client that signs with the key file. */
  readonly signer: () => Promise<CliClient>
  /** The key of the key file, for what is signed and sent by somebody else. */
  readonly account: () => Promise<LocalAccount>
  readonly address: () => Promise<Hex>
  /** For writing. */
  readonly store: () => ContentStore
  /** For reading: the gateway when one is given. */
  readonly contents: () => ContentReader
  readonly prover: () => Prover
  readonly vault: () => Vault
  readonly artifactsDirectory: string
  readonly close: () => Promise<void>
}

/** Receipts are asked for quickly at first and then at this pace. */
const POLLING_MS = 1000

type CliClient = ReturnType<typeof makeClient>

export function createContext(flags: GlobalFlags): Context {
  const text = (name: keyof GlobalFlags, variable?: string, fallback?: string): string | undefined => {
    const flag = flags[name]
    if (typeof flag === 'string' && flag !== '') return flag
    return (variable ? process.env[variable] : undefined) || fallback
  }
  const rpcUrl = text('rpc-url', 'VERITASK_RPC_URL', 'http://127.0.0.1:8545')!
  const deploymentFile = text('deployment', 'VERITASK_DEPLOYMENT', join('.veritask', 'deployment.json'))!
  const storeDirectory = text('store', 'VERITASK_STORE', join('.veritask', 'content'))!
  const stateDirectory = text('state', 'VERITASK_STATE', join(homedir(), '.veritask'))!
  const artifactsDirectory = text('artifacts', 'VERITASK_ARTIFACTS', join('circuits', 'build'))!
  const gateway = text('gateway')
  if (gateway && flags.store) throw new UsageError('--store and --gateway exclude each other.')
  if (!/^https?:\/\//.test(rpcUrl)) throw new UsageError('--rpc-url must start with http:// or https://.')

  const passphrase = once(askPassphrase)
  const deployment = once(() => readDeployment(deploymentFile))
  const account = once(async () => {
    const file = text('key-file', 'VERITASK_PRIVATE_KEY_FILE')
    if (!file)
      throw new UsageError('This command signs a transaction and no key file was given.', 'Give --key-file FILE.')
    if (isHex(file) && size(file) === 32)
      throw new KeyFileError({ file: '(not shown)', reason: 'a raw key was given instead of a file' })
    return readAccount(resolve(file), passphrase)
  })
  const store = onceSync(() => createFileContentStore(resolve(storeDirectory)))
  let prover: Prover | undefined

  return {
    json: flags.json === true || flags.json === 'true',
    deployment,
    reader: once(async () => makeClient(rpcUrl, await deployment(), undefined)),
    signer: once(async () => makeClient(rpcUrl, await deployment(), await account())),
    account,
    address: async () => (await account()).address,
    store: () => {
      if (gateway) throw new UsageError('A gateway only reads.', 'Give --store DIR to write.')
      return store()
    },
    contents: () => (gateway ? createHttpGatewayStore({ url: gateway }) : store()),
    prover: () => {
      prover ??= createNodeProver({ artifacts: fileArtifactLoader({ directory: resolve(artifactsDirectory) }) })
      return prover
    },
    vault: onceSync(() => openVault(resolve(stateDirectory), passphrase)),
    artifactsDirectory: resolve(artifactsDirectory),
    close: async () => {
      await prover?.close()
    },
  }
}

function makeClient(url: string, deployment: Deployment, account: Awaited<ReturnType<typeof readAccount>> | undefined) {
  // Not from viem/chains: loading every chain there is takes longer than most commands.
  const chain = defineChain({
    id: deployment.chainId,
    name: `chain ${deployment.chainId}`,
    nativeCurrency: { name: 'Native coin', symbol: 'coin', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  return createWalletClient({
    ...(account ? { account } : {}),
    chain: withVeritask(chain, deployment),
    transport: http(url),
    pollingInterval: POLLING_MS,
  }).extend(veritaskActions())
}

async function readDeployment(file: string): Promise<Deployment> {
  return parseDeployment(await readJson(file, 'Give the file the deployment script wrote: --deployment FILE.'))
}

/** A JSON file, with errors that name it. */
export async function readJson(file: string, advice: string): Promise<unknown> {
  const text = await readText(file, advice)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InputFileError({ file, reason: 'is not JSON', advice, cause })
  }
}

export async function readText(file: string, advice: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : 'cannot be read'
    throw new InputFileError({ file, reason, advice, cause })
  })
}

/** From the environment, else typed without echo. */
async function askPassphrase(): Promise<string> {
  const given = process.env.VERITASK_PASSPHRASE
  if (given) return given
  if (!canAsk()) throw new PassphraseRequiredError()
  return askHidden('Passphrase: ')
}

/** Whether somebody sits at a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** A line typed without echo. */
export async function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt)
  const reader = createInterface({ input: process.stdin, terminal: true })
  try {
    return await new Promise((resolveLine) => reader.question('', resolveLine))
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

function onceSync<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
