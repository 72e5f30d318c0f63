import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, join } from 'node:path'
import { type Address, isAddressEqual } from 'viem'
import { challengeCircuitOf } from '../../actions/internal/releaseKeys.js'
import { freezeText, type VerifierKey } from '../../actions/verifierKeys.js'
import {
  type ArtifactKind,
  artifactFileName,
  auditVerifyingKey,
  type Check,
  circuitManifest,
  type ManifestEntry,
  manifestEntryOf,
  type VerifyingKeyJson,
  vkeyToKeyData,
  type ZkeyAudit,
} from '../../core.js'
import { resolveDeployment } from '../../deployments.js'
import {
  auditZkey,
  type CeremonyTranscript,
  compareWithCircuit,
  fileKindOf,
  knownPowersOfTau,
  readTranscript,
  rebuiltDevelopmentHash,
  verifyCeremony,
  WrongFileError,
} from '../../node.js'
import { plain } from '../../text/plain.js'
import { checkTable, firstFailureOf } from '../checks.js'
import { command, idOf, requiredText, textOf } from '../command.js'
import { readJson } from '../context.js'
import { UsageError } from '../errors.js'
import { readManifest } from '../manifestFile.js'
import { list, table, time, withProgress } from '../output.js'
import { trustedHashes, withSteps } from './ceremony.js'

const id = { type: 'positional', required: true, description: 'Key id' } as const

export const keysList = command({
  name: 'list',
  description: 'List every verifier key',
  run: async (context) => {
    const client = await context.reader()
    const data = await client.listVerifierKeys()
    const rows = data.map((key) => [
      key.circuit ?? '-',
      key.status,
      key.development ? 'development' : 'ceremony',
      key.keyId,
    ])
    return { data, text: data.length === 0 ? 'no keys' : table(['circuit', 'status', 'setup', 'key'], rows) }
  },
})

export const keysShow = command({
  name: 'show',
  description: 'Show one verifier key',
  args: { id },
  run: async (context, flags) => {
    const client = await context.reader()
    const data = await client.getVerifierKey({ keyId: idOf(flags) })
    const text = list({
      key: data.keyId,
      circuit: data.circuit ?? '-',
      status: data.status,
      setup: data.development ? 'development (no ceremony)' : 'ceremony',
      'active from': time(data.activeAt),
      'proof system': `${data.system} at ${data.proofSystem}`,
      'depends on': data.dependsOn ?? '-',
      signals: data.signalCount,
      'gas cap': data.gasCap,
      'needs a challenge': data.needsChallenge ? 'yes: direct and optimistic tasks refuse it' : 'no',
      'a proof may freeze it': data.freezableByProof ? 'yes, of the impossible statement' : 'no',
      manifest: data.manifestHash,
      ...(data.freeze ? { 'frozen for': plain(freezeText(data.freeze)) } : {}),
    })
    return { data, text }
  },
})

export const keysAudit = command({
  name: 'audit',
  description: 'Check a key file as the chain would, and how it was made; exit code 1 if it must not be used',
  args: {
    file: { type: 'positional', required: true, description: 'A zkey, or a verifying key as JSON' },
    r1cs: { type: 'string', valueHint: 'FILE', description: 'The circuit that the zkey must be of' },
    ptau: { type: 'string', valueHint: 'FILE', description: 'With --r1cs: replay the whole setup over these powers' },
    'trust-ptau': {
      type: 'string',
      valueHint: 'BLAKE2B',
      description: 'Hashes of powers of tau that are not published ones and that you vouch for',
    },
  },
  run: async (context, flags) => {
    const file = requiredText(flags, 'file')
    const [r1cs, ptau] = [textOf(flags, 'r1cs'), textOf(flags, 'ptau')]
    if (ptau && !r1cs) throw new UsageError('--ptau needs --r1cs.')
    const trustedPowersOfTau = trustedHashes(flags)
    // Files are told apart by what is in them: names end as people like.
    const isProvingKey = (await fileKindOf(file)).endsWith('zkey')
    if (!isProvingKey && r1cs) throw new UsageError('--r1cs needs a zkey, and the file is another.')
    const audited = await withSteps('Auditing', context.json, (onProgress) =>
      isProvingKey ? auditProvingKey({ zkey: file, r1cs, ptau, trustedPowersOfTau, onProgress }) : auditVkeyFile(file),
    )
    const { checks } = audited
    const failure = firstFailureOf(checks)
    const verdict = failure ? `REFUSED: ${failure.name}: ${failure.detail}` : `sound; setup: ${setupOf(audited)}`
    return {
      data: { file, ...audited, sound: failure === undefined },
      text: `${checkTable(checks)}\n\n${verdict}`,
      failed: failure !== undefined,
    }
  },
})

type Audited = Partial<ZkeyAudit> & { readonly checks: readonly Check[] }

/** Both phases of the setup, for people. */
function setupOf({ origin, powersOfTau }: Audited): string {
  if (origin === undefined) return 'not shown by a verifying key: audit the zkey'
  if (powersOfTau === 'unchecked') return `${origin} in phase 2; powers of tau not looked at: give --r1cs and --ptau`
  return powersOfTau === 'ceremony' ? origin : `development: ${origin} in phase 2, powers of tau of no known ceremony`
}

async function auditVkeyFile(file: string): Promise<Audited> {
  const found = await fileKindOf(file)
  if (found !== 'groth16 vkey' && found !== 'json' && found !== 'unknown')
    throw new WrongFileError(basename(file), found, 'a Groth16 key, as zkey or JSON,')
  return auditVerifyingKey(
    (await readJson(file, 'Give a zkey, or a verifying key as snarkjs writes it.')) as VerifyingKeyJson,
  )
}

async function auditProvingKey(parameters: {
  readonly zkey: string
  readonly r1cs: string | undefined
  readonly ptau: string | undefined
  readonly trustedPowersOfTau: readonly string[]
  readonly onProgress: (step: string) => void
}): Promise<Audited> {
  const { zkey, r1cs, ptau } = parameters
  if (r1cs && ptau) {
    const report = await verifyCeremony({ ...parameters, r1cs, ptau, circuit: 'unnamed' })
    return { ...report.audit, checks: report.checks }
  }
  const audit = await auditZkey(zkey, { onProgress: parameters.onProgress })
  if (!r1cs) return audit
  return { ...audit, checks: [...audit.checks, await compareWithCircuit(zkey, r1cs)] }
}

export const keysVerify = command({
  name: 'verify',
  description: 'Hash, rebuild or replay everything behind a key and say, line by line, what matched',
  args: {
    id,
    manifest: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Artifact manifest (default: the one of this release)',
    },
    ptau: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Powers of tau: rebuild a development key, or replay the ceremony of another',
    },
    'trust-ptau': {
      type: 'string',
      valueHint: 'BLAKE2B',
      description: 'Hashes of powers of tau that are not published ones and that you vouch for',
    },
  },
  run: async (context, flags) => {
    const client = await context.reader()
    const key = await client.getVerifierKey({ keyId: idOf(flags) })
    const file = textOf(flags, 'manifest')
    const manifest = file ? await readManifest(file) : circuitManifest
    const found = Object.entries(manifest.circuits).find(([, entry]) => entry.manifestHash === key.manifestHash)
    const checks: Check[] = [
      { name: 'key id', status: 'ok', detail: 'is the hash of the key data on the chain' },
      ...checkRegistration(key, resolveDeployment(client, undefined).proofSystems[key.system]),
      checkFreezableByProof(key, found?.[0]),
      checkChallenge(key, found?.[1]),
    ]
    checks.push(
      line(
        'manifest hash',
        found !== undefined,
        `${key.manifestHash} is that of ${found?.[0]}`,
        `${key.manifestHash} is not in the manifest`,
      ),
    )
    if (found) {
      const [circuit] = found
      const entry = await manifestEntryOf(manifest, circuit).catch(() => undefined)
      checks.push(
        line('manifest entry', entry !== undefined, 'hashes to its manifest hash', 'does not match its hashes'),
      )
      const options = { ptau: textOf(flags, 'ptau'), trustedPowersOfTau: trustedHashes(flags) }
      if (entry) checks.push(...(await checkArtifacts(context, { circuit, entry, key, ...options })))
    }
    const valid = firstFailureOf(checks) === undefined
    const data = { keyId: key.keyId, circuit: found?.[0], valid, checks }
    return { data, text: checkTable(checks), failed: !valid }
  },
})

/** What the registry says of the key beyond its content: it may be used, and is checked by the contract that it should be. */
function checkRegistration(key: VerifierKey, expectedSystem: Address | undefined): Check[] {
  const state = key.status === 'proposed' ? `proposed; can be active from ${time(key.activeAt)}` : key.status
  const system = `${key.system} at ${key.proofSystem}`
  const dependsOn = 'depends on'
  return [
    line('status', key.status !== 'frozen', state, `frozen: no proof under it counts any more${frozenFor(key)}`),
    line(
      'proof system',
      expectedSystem !== undefined && isAddressEqual(key.proofSystem, expectedSystem),
      `${system}, as the deployment says`,
      `${system}, where the deployment has ${expectedSystem ?? 'none of that name'}`,
    ),
    key.dependsOn === undefined
      ? { name: dependsOn, status: 'ok', detail: 'no other key' }
      : { name: dependsOn, status: 'skipped', detail: `${key.dependsOn}: verify that key as well` },
  ]
}

/** Of which key, and for what: receipts of before the freeze were accepted all the same. */
function frozenFor({ keyId, freeze }: VerifierKey): string {
  if (!freeze) return ''
  const which = freeze.keyId === keyId ? '' : `, with the key ${freeze.keyId} it depends on`
  return `${which}, for ${plain(freezeText(freeze))}; receipts issued before were accepted under it`
}

/** Whether a forgery under the key can end it. What another circuit than those of this release can prove is not known here. */
function checkFreezableByProof({ freezableByProof }: VerifierKey, circuit: string | undefined): Check {
  const name = 'impossible statement'
  if (!freezableByProof) return { name, status: 'skipped', detail: 'none: a forgery under this key cannot freeze it' }
  if (circuit !== undefined && Object.hasOwn(circuitManifest.circuits, circuit))
    return { name, status: 'ok', detail: 'whoever proves the signals that nobody chose freezes the key' }
  return {
    name,
    status: 'skipped',
    detail: 'ask who proposed it why no witness of the circuit has the signals that nobody chose',
  }
}

/** The registry cannot see a circuit: who knows it must compare its mark. */
function checkChallenge({ needsChallenge, keyData }: VerifierKey, entry: ManifestEntry | undefined): Check {
  const name = 'challenge'
  const marked = needsChallenge ? 'marked as one that needs a challenge' : 'not marked as one that needs a challenge'
  const circuit = challengeCircuitOf(keyData)
  if (circuit !== undefined || entry) {
    const challenge = circuit === undefined ? (entry?.challenge ?? null) : 'alpha'
    const of = challenge === null ? 'its circuit has none' : `its circuit has the challenge ${challenge}`
    const danger = needsChallenge ? 'labelling settlements would take it' : 'a prover may choose it and prove anything'
    return line(name, needsChallenge === (challenge !== null), `${marked}: ${of}`, `${marked}, but ${of}: ${danger}`)
  }
  return { name, status: 'skipped', detail: `${marked}; the circuit is not known here` }
}

type Behind = {
  readonly circuit: string
  readonly entry: ManifestEntry
  readonly key: Pick<VerifierKey, 'keyData' | 'development'>
  readonly ptau: string | undefined
  readonly trustedPowersOfTau: readonly string[]
}

/** The files against the manifest, the key in them against the chain, and how the key was made. */
async function checkArtifacts(
  context: { readonly json: boolean; readonly artifactsDirectory: string },
  behind: Behind,
): Promise<Check[]> {
  const { circuit, entry, key } = behind
  const pathOf = (kind: ArtifactKind | 'transcript') =>
    join(context.artifactsDirectory, circuit, artifactFileName(circuit, kind))
  const kinds = ['r1cs', 'wasm', 'zkey', 'vkey', ...(entry.files.transcript ? (['transcript'] as const) : [])] as const
  const checks = await withProgress('Hashing artifacts', context.json, async (report) => {
    const done: Check[] = []
    for (const [index, kind] of kinds.entries()) {
      report(index / kinds.length, kind)
      const actual = await hashFile(pathOf(kind))
      const expected = entry.files[kind]
      const bad = actual ? `sha256 ${actual}, expected ${expected}` : `${pathOf(kind)} is missing`
      done.push(line(kind, actual === expected, `sha256 ${actual}`, bad))
    }
    return done
  })
  const intact = (kind: string) => checks.find(({ name }) => name === kind)?.status === 'ok'
  const local = await readJson(pathOf('vkey'), 'Build the circuit first.')
    .then((vkey) => vkeyToKeyData(vkey as VerifyingKeyJson))
    .catch(() => undefined)
  checks.push(
    line(
      'key data',
      local === key.keyData,
      'the local verifying key is the one on the chain',
      'the local verifying key is another',
    ),
  )
  if (!entry.files.transcript)
    checks.push(
      line(
        'mark',
        key.development,
        'development: its setup is public, anyone can forge under it',
        'it has no transcript of a ceremony and lacks the mark `development`',
      ),
    )
  else if (intact('transcript')) checks.push(await checkTranscript(pathOf('transcript'), behind))
  if (intact('zkey'))
    checks.push(
      ...(await withSteps('Auditing', context.json, (onProgress) => checkZkey(pathOf('zkey'), key, onProgress))),
    )
  if (intact('zkey') && intact('r1cs')) {
    checks.push(await compareWithCircuit(pathOf('zkey'), pathOf('r1cs')))
    checks.push(...(await withSteps('Replaying', context.json, (onProgress) => checkSetup(behind, pathOf, onProgress))))
  }
  return checks
}

/** The transcript is of these files, and the chain's mark is the one it says. */
async function checkTranscript(file: string, { circuit, entry, key }: Behind): Promise<Check> {
  const transcript = await readTranscript(file)
  const same =
    transcript.circuit === circuit &&
    transcript.r1cs.sha256 === entry.files.r1cs &&
    transcript.zkey === entry.files.zkey &&
    transcript.vkey === entry.files.vkey &&
    transcript.development === key.development
  const mark = transcript.development ? 'development' : 'ceremony'
  return line(
    'mark',
    same,
    `${mark}, as the transcript of these files says`,
    'the transcript is of other files or another mark',
  )
}

/** The key inside the zkey is the chain's, passes the gate, and was contributed to as its mark says. */
async function checkZkey(zkey: string, key: Behind['key'], onProgress: (step: string) => void): Promise<Check[]> {
  const audit = await auditZkey(zkey, { onProgress })
  const failure = firstFailureOf(audit.checks)
  const enough = key.development || audit.origin === 'ceremony'
  return [
    line(
      'key in zkey',
      audit.keyData === key.keyData,
      'the verifying key in it is the one on the chain',
      'the verifying key in it is another',
    ),
    line(
      'audit',
      failure === undefined,
      `${audit.checks.length} checks passed`,
      `${failure?.name}: ${failure?.detail}`,
    ),
    line(
      'contributions',
      enough,
      `${audit.contributions.length}, ${audit.origin}`,
      `${audit.contributions.length}: no ceremony, and the mark \`development\` is missing`,
    ),
  ]
}

/** Replays the ceremony, or rebuilds the development key, over the powers of tau given. */
async function checkSetup(
  { circuit, entry, key, ptau, trustedPowersOfTau }: Behind,
  pathOf: (kind: ArtifactKind | 'transcript') => string,
  onProgress: (step: string) => void,
): Promise<Check[]> {
  const files = { zkey: pathOf('zkey'), r1cs: pathOf('r1cs') }
  if (!entry.files.transcript) {
    const name = 'rebuilt zkey'
    if (!ptau) {
      const how = `not done: give --ptau with the development powers of tau, or run \`npm run circuits -- ${circuit}\``
      return [{ name, status: 'skipped', detail: how }]
    }
    onProgress('rebuilding')
    const sha256 = await rebuiltDevelopmentHash(files.r1cs, ptau)
    return [line(name, sha256 === entry.files.zkey, 'bit for bit the same', `it has sha256 ${sha256}`)]
  }
  const transcript = await readTranscript(pathOf('transcript'))
  if (!ptau) {
    const how = 'not done: give --ptau with the powers of tau that the transcript names'
    const replay: Check = { name: 'replay', status: 'skipped', detail: how }
    return key.development ? [replay] : [checkNamedPowersOfTau(transcript, trustedPowersOfTau), replay]
  }
  const report = await verifyCeremony({ ...files, ptau, trustedPowersOfTau, circuit, transcript, onProgress })
  return report.checks.map((found) => ({ ...found, name: `replay: ${found.name}` }))
}

/** Told by the hash alone: the name beside it is what whoever wrote the transcript says. */
function checkNamedPowersOfTau({ powersOfTau }: CeremonyTranscript, trusted: readonly string[]): Check {
  const { blake2b } = powersOfTau
  const known = knownPowersOfTau(blake2b)
  const vouched = known === undefined && trusted.includes(blake2b)
  return line(
    'powers of tau',
    known?.ceremony === true || vouched,
    known?.name ?? `${blake2b}, which you vouch for`,
    `the transcript names ${known?.name ?? `${blake2b}, which no ceremony published`}`,
  )
}

function line(name: string, holds: boolean, good: string, bad: string): Check {
  return { name, status: holds ? 'ok' : 'failed', detail: holds ? good : bad }
}

function hashFile(file: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const hash = createHash('sha256')
    createReadStream(file)
      .on('error', () => resolve(undefined))
      .on('data', (chunk) => hash.update(chunk))
      .on('end', () => resolve(hash.digest('hex')))
  })
}
