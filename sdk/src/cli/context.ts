import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ArgsDef } from 'citty'
import { createWalletClient, defineChain, type Hex, http, isHex, type LocalAccount, size } from 'viem'
import type { TransactionJournal } from '../actions/index.js'
import { veritaskActions } from '../client.js'
import {
  type ArtifactLoader,
  type ContentReader,
  type ContentStore,
  createHttpGatewayStore,
  httpArtifactLoader,
  type Prover,
} from '../core.js'
import { type Deployment, parseDeployment, withVeritask } from '../deployments.js'
import {
  type Current,
  cachedArtifactLoader,
  createFileContentStore,
  createFileTransactionJournal,
  createNodeProver,
  fileArtifactLoader,
  findCurrent,
} from '../node.js'
import { decodeText, parseJson, TextFileError } from '../text/index.js'
import { type Accounts, keptAccounts } from './accounts.js'
import { artifactAddress } from './artifactAddress.js'
import {
  InputFileError,
  KeyFileError,
  PassphraseNotConfirmedError,
  PassphraseRequiredError,
  UsageError,
} from './errors.js'
import { readAccount } from './keyFile.js'
import { openVault, type Vault } from './vault.js'

/** Of Anvil and Hardhat, which nobody's coins are on. */
const LOCAL_CHAIN_ID = 31_337

/** Flags every command takes. */
export const globalArgs = {
  json: { type: 'boolean', description: 'Print the result, and errors, as JSON' },
  'rpc-url': {
    type: 'string',
    valueHint: 'URL',
    description: 'Node (env VERITASK_RPC_URL; default: of .veritask/current, else http://127.0.0.1:8545)',
  },
  deployment: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Deployment file (env VERITASK_DEPLOYMENT; default: of .veritask/current, here or above)',
  },
  store: {
    type: 'string',
    valueHint: 'DIR',
    description:
      'Content store on disk (env VERITASK_STORE; default: beside the deployment file, or of .veritask/current)',
  },
  gateway: { type: 'string', valueHint: 'URL', description: 'IPFS gateway to read contents from, instead of --store' },
  'key-file': {
    type: 'string',
    valueHint: 'FILE|NAME',
    description:
      'What signs: a keystore, a JSON key file, or a name of `account new` (env VERITASK_PRIVATE_KEY_FILE; default: the only account there is)',
  },
  state: { type: 'string', valueHint: 'DIR', description: 'Where secrets are kept, encrypted (default ~/.veritask)' },
  artifacts: {
    type: 'string',
    valueHint: 'DIR|URL|ipfs://CID',
    description:
      'Circuit artifacts for proving: a folder, an HTTP address, or ipfs://CID through --gateway, whose files are checked by hash and kept in --state (env VERITASK_ARTIFACTS; default: of .veritask/current, else circuits/build)',
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
  /** The accounts of the state folder. */
  readonly accounts: () => Accounts
  /** The passphrase for something new: typed twice where somebody types. */
  readonly newPassphrase: () => Promise<string>
  readonly rpcUrl: string
  /** What proves, and where it comes from. */
  readonly artifacts: { readonly loader: ArtifactLoader; readonly from: string }
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
  const named = text('deployment', 'VERITASK_DEPLOYMENT')
  const namedNode = text('rpc-url', 'VERITASK_RPC_URL')
  const current = currentUnless(named !== undefined && namedNode !== undefined)
  const rpcUrl = namedNode ?? current?.rpcUrl ?? 'http://127.0.0.1:8545'
  const deploymentFile = named ?? current?.deployment ?? join('.veritask', 'deployment.json')
  const storeDirectory = text('store', 'VERITASK_STORE') ?? storeOf(named, current)
  const stateDirectory = text('state', 'VERITASK_STATE', join(homedir(), '.veritask'))!
  const artifactsFrom = text('artifacts', 'VERITASK_ARTIFACTS', current?.artifacts ?? join('circuits', 'build'))!
  const gateway = text('gateway')
  const artifactsUrl = artifactAddress(artifactsFrom, gateway)
  const artifacts = artifactsUrl
    ? cachedArtifactLoader({
        loader: httpArtifactLoader({ url: artifactsUrl }),
        directory: resolve(stateDirectory, 'artifacts'),
      })
    : fileArtifactLoader({ directory: resolve(artifactsFrom) })
  if (gateway && flags.store) throw new UsageError('--store and --gateway exclude each other.')
  if (!/^https?:\/\//.test(rpcUrl)) throw new UsageError('--rpc-url must start with http:// or https://.')

  const passphrase = once(askPassphrase)
  // A keystore that opened has shown that its passphrase was typed as it was meant.
  let proven = false
  const keyPassphrase = async () => process.env.VERITASK_KEY_PASSPHRASE || (await passphrase())
  const confirm = once(async () => {
    if (!proven && !process.env.VERITASK_PASSPHRASE) await confirmPassphrase(await passphrase(), askHidden)
  })
  const accounts = onceSync(() => keptAccounts(resolve(stateDirectory, 'accounts')))
  const deployment = once(async () => {
    const found = await readDeployment(deploymentFile)
    if (named === undefined && found.chainId !== LOCAL_CHAIN_ID)
      throw new UsageError(
        `${deploymentFile} is of chain ${found.chainId} and was found, not named.`,
        'What lies in a folder must not decide which contracts you sign for: name it with --deployment FILE.',
      )
    return found
  })
  const account = once(async () => {
    const given = text('key-file', 'VERITASK_PRIVATE_KEY_FILE')
    if (isHex(given) && size(given) === 32)
      throw new KeyFileError({ file: '(not shown)', reason: 'a raw key was given instead of a file' })
    let asked = false
    const account = await readAccount(await keyFileOf(given, accounts()), () => {
      asked = true
      return keyPassphrase()
    })
    proven = asked && !process.env.VERITASK_KEY_PASSPHRASE
    return account
  })
  const store = onceSync(() => createFileContentStore(resolve(storeDirectory)))
  // What was sent and is not known to be mined: signed bytes are no secret once they are sent.
  const journal = createFileTransactionJournal(join(resolve(stateDirectory), 'pending'))
  let prover: Prover | undefined

  return {
    json: flags.json === true || flags.json === 'true',
    deployment,
    reader: once(async () => makeClient(rpcUrl, await deployment(), undefined, journal)),
    signer: once(async () => makeClient(rpcUrl, await deployment(), await account(), journal)),
    account,
    address: async () => (await account()).address,
    store: () => {
      if (gateway) throw new UsageError('A gateway only reads.', 'Give --store DIR to write.')
      return store()
    },
    contents: () => (gateway ? createHttpGatewayStore({ url: gateway }) : store()),
    prover: () => {
      prover ??= createNodeProver({ artifacts })
      return prover
    },
    vault: onceSync(() =>
      openVault(resolve(stateDirectory), passphrase, { confirm, again: () => askAgain(resolve(stateDirectory)) }),
    ),
    accounts,
    newPassphrase: async () => {
      const given = await passphrase()
      await confirm()
      return given
    },
    rpcUrl,
    artifacts: { loader: artifacts, from: artifactsUrl ? artifactsFrom : resolve(artifactsFrom) },
    // What is read file by file lies in a folder.
    artifactsDirectory: resolve(artifactsUrl ? join('circuits', 'build') : artifactsFrom),
    close: async () => {
      await prover?.close()
    },
  }
}

/** What `.veritask/current` says; where deployment and node are named, one that cannot be used is no hindrance. */
function currentUnless(allNamed: boolean): Current | undefined {
  try {
    return findCurrent()
  } catch (error) {
    if (allNamed) return undefined
    throw error
  }
}

/** Contents lie beside the deployment that was named, where deployments are made with a store of their own. */
function storeOf(deployment: string | undefined, current: Current | undefined): string {
  const beside = deployment === undefined ? undefined : join(dirname(resolve(deployment)), 'content')
  return (beside && existsSync(beside) ? beside : current?.store) ?? join('.veritask', 'content')
}

/** The file that signs: what was named, as a file or as an account of the state folder, or the only account there is. */
async function keyFileOf(given: string | undefined, accounts: Accounts): Promise<string> {
  if (given !== undefined)
    return existsSync(given) ? resolve(given) : ((await accounts.find(given))?.file ?? resolve(given))
  const kept = await accounts.list()
  if (kept.length === 1) return kept[0]!.file
  throw new UsageError(
    'This command signs a transaction and no key file was given.',
    kept.length === 0
      ? 'Make an account with `veritask account new NAME`, or give --key-file FILE.'
      : `Say which account: --key-file ${kept.map(({ name }) => name).join('|')}.`,
  )
}

function makeClient(
  url: string,
  deployment: Deployment,
  account: Awaited<ReturnType<typeof readAccount>> | undefined,
  journal: TransactionJournal,
) {
  // Not from viem/chains: loading every chain there is takes longer than most commands.
  const chain = defineChain({
    id: deployment.chainId,
    name: `chain ${deployment.chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  return createWalletClient({
    ...(account ? { account } : {}),
    chain: withVeritask(chain, deployment),
    transport: http(url),
    pollingInterval: POLLING_MS,
  }).extend(veritaskActions({ journal }))
}

async function readDeployment(file: string): Promise<Deployment> {
  return parseDeployment(await readJson(file, 'Give the file the deployment script wrote: --deployment FILE.'))
}

/** A JSON file, with errors that name it. */
export async function readJson(file: string, advice: string): Promise<unknown> {
  return jsonOf(await readText(file, advice), file, advice)
}

/** The JSON that a file's text is, with errors that name the file. */
export function jsonOf(text: string, file: string, advice: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    throw inFile(error, file, advice)
  }
}

/** The text of any file that a person gives: UTF-8 and nothing else. */
export async function readText(file: string, advice: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : 'cannot be read'
    throw new InputFileError({ file, reason, advice, cause })
  })
  try {
    return decodeText(bytes)
  } catch (error) {
    throw inFile(error, file, advice)
  }
}

/** A fault of a text with the name of its file, and what to do about both; any other error as it is. */
export function inFile(error: unknown, file: string, advice: string): unknown {
  if (!(error instanceof TextFileError)) return error
  const { reason, metaMessages } = error
  return new InputFileError({ file, reason, advice: [...metaMessages, advice].join(' '), cause: error })
}

/** Words of a list: one a line, or between commas, semicolons, tabs or blanks. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '')
}

/** From the environment, else typed without echo. */
async function askPassphrase(): Promise<string> {
  const given = process.env.VERITASK_PASSPHRASE
  if (given) return given
  if (!canAsk()) throw new PassphraseRequiredError()
  return askHidden('Passphrase: ')
}

/** One that is lost locks what it keeps for ever: it is typed twice. */
export async function confirmPassphrase(given: string, ask: (prompt: string) => Promise<string>): Promise<void> {
  if (given === '') throw new UsageError('An empty passphrase protects nothing.', 'Run the command again with one.')
  const again = await ask('This passphrase is new here and cannot be replaced. The same again: ')
  if (again !== given) throw new PassphraseNotConfirmedError()
}

/** How often a wrong passphrase may be typed again. */
const ATTEMPTS = 2

/** Asks anew after a wrong passphrase, where somebody types; gives up after a few. */
const askAgain = (() => {
  let left = ATTEMPTS
  return async (directory: string): Promise<string | undefined> => {
    if (process.env.VERITASK_PASSPHRASE || !canAsk() || left-- === 0) return undefined
    return askHidden(`Not the passphrase of ${directory}. Again: `)
  }
})()

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

/** A line typed as it is seen. */
export async function askLine(prompt: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise((resolveLine) => reader.question(prompt, resolveLine))
  } finally {
    reader.close()
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
