import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { circuitManifest } from '../../core.js'
import {
  applyBeacon,
  checkPowersOfTau,
  contribute,
  downloadPowersOfTau,
  finalizeCeremony,
  initCeremony,
  type PowersOfTauReport,
  readTranscript,
  transcriptText,
  verifyCeremony,
} from '../../node.js'
import { checkTable, firstFailureOf } from '../checks.js'
import { command, type Flags, requiredText, textOf } from '../command.js'
import { askHidden, canAsk } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { list, withProgress } from '../output.js'

const r1cs = { type: 'string', valueHint: 'FILE', description: 'The compiled circuit (r1cs)' } as const
const ptau = { type: 'string', valueHint: 'FILE', description: 'Powers of tau, prepared for phase 2' } as const
const input = { type: 'positional', required: true, description: 'The zkey received' } as const
const output = { type: 'positional', required: true, description: 'The zkey to write; must not exist' } as const
const zkey = { type: 'positional', required: true, description: 'The last zkey' } as const
const circuit = { type: 'string', valueHint: 'NAME', description: 'Name of the circuit' } as const
const history = {
  type: 'string',
  valueHint: 'DIR',
  description: 'Folder with the zkeys of earlier steps, whose hashes the transcript then holds',
} as const
const trust = {
  type: 'string',
  valueHint: 'BLAKE2B',
  description: 'Hashes (comma between) of powers of tau that are not published ones and that you vouch for',
} as const

export const ceremonyCheckPtau = command({
  name: 'check-ptau',
  description: 'Check a powers-of-tau file: known hash, structure, and every section by random linear combinations',
  args: {
    file: { type: 'positional', required: true, description: 'The file; with --download, where to put it' },
    download: { type: 'string', valueHint: 'POWER', description: 'Download the public file of this power (8 to 20)' },
    url: { type: 'string', valueHint: 'URL', description: 'Where to download it from; its hash is pinned' },
  },
  run: async (context, flags) => {
    const file = requiredText(flags, 'file')
    const power = wholeNumber(flags, 'download')
    const url = textOf(flags, 'url')
    if ((power === undefined) !== (url === undefined))
      throw new UsageError('--download and --url belong together.', 'The address is published with the file.')
    if (power !== undefined && url !== undefined)
      await withProgress('Downloading', context.json, (report) =>
        downloadPowersOfTau({ power, url, output: file, onProgress: (fraction) => report(fraction) }),
      )
    const report = await withProgress('Checking', context.json, (show) =>
      checkPowersOfTau(file, { onProgress: (section, fraction) => show(fraction, section) }),
    )
    return { data: report, text: describePowersOfTau(report), failed: !report.sound }
  },
})

export const ceremonyInit = command({
  name: 'init',
  description: 'Start phase 2: check the powers of tau and write the initial zkey',
  args: { output: { ...output, description: 'The initial zkey to write; must not exist' }, r1cs, ptau },
  run: async (context, flags) => {
    const [file, circuitFile, powers] = [text(flags, 'output'), text(flags, 'r1cs'), text(flags, 'ptau')]
    const made = await withSteps('Starting', context.json, (onProgress) =>
      initCeremony({ r1cs: circuitFile, ptau: powers, output: file, onProgress }),
    )
    const data = {
      file,
      circuitHash: made.circuitHash,
      zkey: made.zkey,
      circuit: made.circuit,
      powersOfTau: made.powersOfTau,
    }
    const facts = list({
      file,
      constraints: made.circuit.constraints,
      'powers of tau': made.powersOfTau.known?.name ?? `not a published file (${made.powersOfTau.blake2b})`,
      'circuit hash': made.circuitHash,
      'zkey sha256': made.zkey,
      next: 'hand the file to the first contributor and publish the circuit hash',
    })
    return { data, text: facts }
  },
})

export const ceremonyContribute = command({
  name: 'contribute',
  description: 'Add a contribution of secret randomness and print its hash, to be published',
  args: {
    input,
    output,
    name: { type: 'string', description: 'Who you are, up to 64 bytes; public' },
    r1cs: { ...r1cs, description: 'The circuit, to refuse a file of another one' },
    'entropy-file': {
      type: 'string',
      valueHint: 'FILE',
      description:
        'Further secret randomness, up to 1 MiB, from a file or - (standard input); default: asked for at a terminal',
    },
  },
  run: async (context, flags) => {
    const [from, to, name] = [text(flags, 'input'), text(flags, 'output'), text(flags, 'name')]
    const entropy = await askEntropy(textOf(flags, 'entropy-file'))
    const made = await withSteps('Contributing', context.json, (onProgress) =>
      contribute({ input: from, output: to, name, entropy, r1cs: textOf(flags, 'r1cs'), onProgress }),
    )
    const { contribution, number, circuitHash, zkey: sha256 } = made
    const facts = list({
      contribution: number,
      name: contribution.name,
      hash: contribution.hash,
      'circuit hash': circuitHash,
      file: to,
      'zkey sha256': sha256,
      next: 'publish the hash under your own name, then hand the file on',
    })
    return { data: { file: to, ...made }, text: facts }
  },
})

export const ceremonyBeacon = command({
  name: 'beacon',
  description: 'Close the ceremony with a public value that nobody could foresee',
  args: {
    input,
    output,
    value: { type: 'string', valueHint: 'HEX', description: 'The value, such as the hash of a block agreed on before' },
    iterations: { type: 'string', valueHint: 'N', description: 'It is hashed 2^N times, 10 to 24 (default 10)' },
    name: { type: 'string', description: 'What the beacon is (default: beacon)' },
    r1cs: { ...r1cs, description: 'The circuit, to refuse a file of another one' },
  },
  run: async (context, flags) => {
    const [from, to, value] = [text(flags, 'input'), text(flags, 'output'), text(flags, 'value')]
    const iterationsExponent = wholeNumber(flags, 'iterations') ?? 10
    const made = await withSteps('Closing', context.json, (onProgress) =>
      applyBeacon({
        input: from,
        output: to,
        value,
        iterationsExponent,
        name: textOf(flags, 'name'),
        r1cs: textOf(flags, 'r1cs'),
        onProgress,
      }),
    )
    const { contribution, number, zkey: sha256 } = made
    return {
      data: { file: to, ...made },
      text: list({ beacon: number, hash: contribution.hash, file: to, 'zkey sha256': sha256 }),
    }
  },
})

export const ceremonyVerify = command({
  name: 'verify',
  description: 'Replay a ceremony from nothing, with its transcript if there is one, and say what matched',
  args: {
    zkey,
    r1cs,
    ptau,
    transcript: { type: 'string', valueHint: 'FILE', description: 'The published transcript' },
    history,
    'trust-ptau': trust,
  },
  run: async (context, flags) => {
    const file = textOf(flags, 'transcript')
    const transcript = file ? await readTranscript(file) : undefined
    const report = await withSteps('Verifying', context.json, (onProgress) =>
      verifyCeremony({ ...replayed(flags), circuit: transcript?.circuit ?? 'unnamed', transcript, onProgress }),
    )
    const { sound, checks, audit } = report
    const failure = firstFailureOf(checks)
    const end = failure
      ? `REFUSED: ${failure.name}: ${failure.detail}`
      : `${report.transcript?.development ? 'development key' : 'key of a ceremony'}: everything matched`
    const data = { sound, origin: audit?.origin, development: report.transcript?.development, checks }
    return { data, text: `${checkTable(checks)}\n\n${end}`, failed: !sound }
  },
})

export const ceremonyTranscript = command({
  name: 'transcript',
  description: 'Replay a ceremony and write its public record',
  args: {
    zkey,
    circuit,
    r1cs,
    ptau,
    out: { type: 'string', valueHint: 'FILE', description: 'Where to write it; must not exist' },
    history,
    'trust-ptau': trust,
  },
  run: async (context, flags) => {
    const name = text(flags, 'circuit')
    const out = text(flags, 'out')
    const { transcript, checks } = await withSteps('Verifying', context.json, (onProgress) =>
      verifyCeremony({ ...replayed(flags), circuit: name, onProgress }),
    )
    if (!transcript) return { data: { sound: false, checks }, text: checkTable(checks), failed: true }
    await writeFile(out, transcriptText(transcript), { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EEXIST' ? 'exists' : 'cannot be written'
      throw new InputFileError({ file: out, reason, advice: 'Name another file.', cause })
    })
    return { data: transcript, text: list({ file: out, ...summary(transcript) }) }
  },
})

export const ceremonyFinalize = command({
  name: 'finalize',
  description: 'Replay a closed ceremony and write key, transcript and manifest entry, ready to be proposed',
  args: {
    zkey,
    circuit,
    r1cs,
    ptau,
    wasm: { type: 'string', valueHint: 'FILE', description: 'The witness calculator of the same build' },
    out: { type: 'string', valueHint: 'DIR', description: 'Folder for artifacts and manifest.json' },
    signals: {
      type: 'string',
      valueHint: 'NAME,…',
      description: 'Names of the public signals, in order (default: as in this release)',
    },
    challenge: {
      type: 'string',
      valueHint: 'NAME',
      description: 'The public signal that a prover must not choose, or "none" (default: as in this release)',
    },
    transcript: { type: 'string', valueHint: 'FILE', description: 'A published transcript, which must match' },
    history,
    'trust-ptau': trust,
  },
  run: async (context, flags) => {
    const name = text(flags, 'circuit')
    const signals = textOf(flags, 'signals')?.split(',') ?? circuitManifest.circuits[name]?.publicSignals
    if (!signals) throw new UsageError('--signals is missing.', 'This release does not know the circuit: name them.')
    const known = circuitManifest.circuits[name]
    const named = textOf(flags, 'challenge') ?? (known && (known.challenge ?? 'none'))
    if (named === undefined)
      throw new UsageError(
        '--challenge is missing.',
        'This release does not know the circuit: name the public signal that a prover must not choose, or "none".',
      )
    const file = textOf(flags, 'transcript')
    const transcript = file ? await readTranscript(file) : undefined
    const made = await withSteps('Finalizing', context.json, (onProgress) =>
      finalizeCeremony({
        ...replayed(flags),
        circuit: name,
        wasm: text(flags, 'wasm'),
        directory: text(flags, 'out'),
        publicSignals: signals,
        challenge: named === 'none' ? null : named,
        transcript,
        onProgress,
      }),
    )
    const facts = list({
      folder: made.directory,
      ...summary(made.transcript),
      'manifest hash': made.entry.manifestHash,
      'needs a challenge': made.entry.challenge ?? 'no',
      'key id': made.keyId,
    })
    return { data: made, text: facts }
  },
})

const text = requiredText
const MAX_ENTROPY_BYTES = 2 ** 20

function wholeNumber(flags: Flags, name: string): number | undefined {
  const value = textOf(flags, name)
  if (value !== undefined && !/^\d{1,3}$/.test(value)) throw new UsageError(`--${name} must be a whole number.`)
  return value === undefined ? undefined : Number(value)
}

function replayed(flags: Flags) {
  return {
    zkey: text(flags, 'zkey'),
    r1cs: text(flags, 'r1cs'),
    ptau: text(flags, 'ptau'),
    history: textOf(flags, 'history'),
    trustedPowersOfTau: trustedHashes(flags),
  }
}

/** Hashes that the caller vouches for. */
export function trustedHashes(flags: Flags): string[] {
  const hashes = textOf(flags, 'trust-ptau')?.toLowerCase().split(',') ?? []
  if (hashes.some((hash) => !/^[0-9a-f]{128}$/.test(hash)))
    throw new UsageError('--trust-ptau must be blake2b-512 hashes, 128 hex digits each.')
  return hashes
}

/** Never from the command line, where other users and the shell's history would see it. */
async function askEntropy(source: string | undefined): Promise<string | undefined> {
  if (source === '-') return readEntropy(process.stdin)
  if (source !== undefined)
    return readEntropy(createReadStream(source)).catch((cause: unknown) => {
      const advice = 'Give a file of your own randomness, or leave the flag out.'
      throw new InputFileError({ file: source, reason: 'cannot be read', advice, cause })
    })
  return canAsk() ? askHidden('Type some random text (it is not shown), then Enter: ') : undefined
}

/** The first mebibyte: a file of randomness may have no end. */
async function readEntropy(stream: Readable): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).length
    if (size >= MAX_ENTROPY_BYTES) break
  }
  return Buffer.concat(chunks).toString('latin1', 0, MAX_ENTROPY_BYTES)
}

/** Names each step as it begins, when somebody watches. */
export function withSteps<T>(
  label: string,
  json: boolean,
  run: (onProgress: (step: string) => void) => Promise<T>,
): Promise<T> {
  return withProgress(label, json, (report) => run((step) => report(0, step)))
}

function describePowersOfTau(report: PowersOfTauReport): string {
  const { known, power, ceremonyPower, contributions, blake2b, checks } = report
  const last = contributions.at(-1)
  const facts = list({
    'known as': known?.name ?? 'nothing: its hash is not a published one',
    power: power === ceremonyPower ? power : `${power}, cut from ${ceremonyPower}`,
    contributions: contributions.length,
    ends: last?.beacon ? `with a beacon, 2^${last.beacon.iterationsExponent} hashes` : 'without a beacon',
    blake2b,
  })
  return `${checkTable(checks)}\n\n${facts}`
}

function summary(transcript: Awaited<ReturnType<typeof readTranscript>>) {
  return {
    setup: transcript.development ? 'development: whoever made it can forge' : 'ceremony',
    contributions: transcript.contributions.length,
    'powers of tau': transcript.powersOfTau.name ?? transcript.powersOfTau.blake2b,
    'zkey sha256': transcript.zkey,
    'vkey sha256': transcript.vkey,
  }
}
