import { isAddress, isHex, size } from 'viem'
import { type GovernanceCall, parseParameter } from '../../index.js'
import { plain } from '../../text/plain.js'
import { AMOUNT_HINT, amountOf, requiredAmountOf } from '../amounts.js'
import { addressOf, command, requiredText, textOf } from '../command.js'
import { readJson } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { list, time } from '../output.js'

export const govPropose = command({
  name: 'propose',
  description: 'Propose changes; says in words what the calls do before it sends anything',
  args: {
    description: { type: 'string', valueHint: 'TEXT', description: 'Why; public for ever' },
    set: {
      type: 'string',
      valueHint: 'NAME=VALUE,…',
      description: 'Change protocol parameters, for example fee=1%,leaveWindow=2h (`gov params` has them)',
    },
    'allow-token': { type: 'string', valueHint: 'ADDRESS', description: 'Let tasks pay in this token' },
    'min-reward': {
      type: 'string',
      valueHint: 'AMOUNT',
      description: `With --allow-token: least reward a slot, ${AMOUNT_HINT}`,
    },
    'min-stake': {
      type: 'string',
      valueHint: 'AMOUNT',
      description: 'With --allow-token: least stake a slot, likewise (default: none)',
    },
    'allow-settlement': { type: 'string', valueHint: 'ADDRESS', description: 'Let tasks use this settlement' },
    'allow-gate': { type: 'string', valueHint: 'ADDRESS', description: 'Let tasks use this gate' },
    'disallow-token': { type: 'string', valueHint: 'ADDRESS', description: 'Let no further task pay in this token' },
    'disallow-settlement': {
      type: 'string',
      valueHint: 'ADDRESS',
      description: 'Let no further task use this settlement',
    },
    'disallow-gate': { type: 'string', valueHint: 'ADDRESS', description: 'Let no further task use this gate' },
    key: {
      type: 'string',
      valueHint: 'FILE',
      description:
        'Add a verifier key: JSON {"system", "keyData", "manifestHash", "development", "needsChallenge", "freezableByProof", "gasCap"?}',
    },
    calls: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Any other calls: JSON [{"target": "0x…", "value": "0", "data": "0x…"}]',
    },
    'dry-run': { type: 'boolean', description: 'Say what it would propose and send nothing' },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const calls: GovernanceCall[] = []
    const set = textOf(flags, 'set')
    if (set !== undefined) calls.push(await client.encodeParameterChange({ changes: changesOf(set) }))
    const token = addressOf(flags, 'allow-token')
    if (token !== undefined) {
      const minReward = await requiredAmountOf(client, token, flags, 'min-reward')
      const minStake = await amountOf(client, token, flags, 'min-stake')
      calls.push(await client.encodeAllowance({ token, policy: { minReward, minStake } }))
    }
    const dropped = addressOf(flags, 'disallow-token')
    if (dropped !== undefined) calls.push(await client.encodeAllowance({ token: dropped, policy: undefined }))
    for (const allowed of [true, false]) {
      const settlement = addressOf(flags, `${allowed ? 'allow' : 'disallow'}-settlement`)
      if (settlement !== undefined) calls.push(await client.encodeAllowance({ settlement, allowed }))
      const gate = addressOf(flags, `${allowed ? 'allow' : 'disallow'}-gate`)
      if (gate !== undefined) calls.push(await client.encodeAllowance({ gate, allowed }))
    }
    const key = textOf(flags, 'key')
    if (key !== undefined) {
      const { to, data } = client.encodeProposeKey(await readKey(key))
      calls.push({ target: to, value: 0n, data })
    }
    const file = textOf(flags, 'calls')
    if (file !== undefined) calls.push(...(await readCalls(file)))
    if (calls.length === 0)
      throw new UsageError(
        'There is nothing to propose.',
        'Give --set, one of --allow-… or --disallow-…, --key or --calls.',
      )

    const words = (await client.describeCalls({ calls })).flatMap((call) => call.words.map(plain))
    if (!context.json && flags['dry-run'] !== true) process.stderr.write(`${words.join('\n')}\n`)
    if (flags['dry-run'] === true) return { data: { calls, words }, text: words.join('\n') }
    const made = await client.propose({ calls, description: requiredText(flags, 'description') })
    return {
      data: { ...made, words },
      text: list({
        proposal: String(made.proposalId),
        'sent now': made.found ? 'no, it was proposed before' : 'yes',
        'voting starts': time(made.voteStart),
        'voting ends': time(made.voteEnd),
        transaction: made.hash,
      }),
    }
  },
})

/** `fee=1%,leaveWindow=2h,treasury=0x…` as parameters; which names there are, and how each is written, is for the SDK to say. */
function changesOf(text: string): ReturnType<typeof parseParameter> {
  const changes = new Map<string, unknown>()
  for (const part of text.split(',')) {
    const [, name, value] = /^([a-zA-Z]+)=(\S.*)$/.exec(part.trim()) ?? []
    if (name === undefined || value === undefined)
      throw new UsageError('--set is NAME=VALUE, or several separated by commas.', '`gov params` has the names.')
    for (const [known, read] of Object.entries(parseParameter(name, value))) {
      if (changes.has(known)) throw new UsageError(`--set names "${known}" twice.`, 'Give each parameter once.')
      changes.set(known, read)
    }
  }
  return Object.fromEntries(changes)
}

async function readKey(file: string) {
  const advice =
    'Give JSON {"system": "groth16-bn254", "keyData": "0x…", "manifestHash": "0x…", "development": false, "needsChallenge": true, "freezableByProof": true}.'
  const content = ((await readJson(file, advice)) ?? {}) as Record<string, unknown>
  const wrong = (name: string, what: string): never => {
    throw new InputFileError({ file, reason: `"${name}" must be ${what}`, advice })
  }
  const { system, keyData, manifestHash, development, needsChallenge, freezableByProof, gasCap } = content
  return {
    system: typeof system === 'string' ? system : wrong('system', 'the name of a proof system'),
    keyData: isHex(keyData) && keyData.length % 2 === 0 ? keyData : wrong('keyData', 'bytes in hex'),
    manifestHash:
      isHex(manifestHash) && size(manifestHash) === 32 ? manifestHash : wrong('manifestHash', '0x and 64 hex digits'),
    development: typeof development === 'boolean' ? development : wrong('development', 'true or false'),
    needsChallenge: typeof needsChallenge === 'boolean' ? needsChallenge : wrong('needsChallenge', 'true or false'),
    freezableByProof:
      typeof freezableByProof === 'boolean' ? freezableByProof : wrong('freezableByProof', 'true or false'),
    gasCap: gasCap === undefined || isGas(gasCap) ? gasCap : wrong('gasCap', 'a number of gas, or be left out'),
  }
}

const isGas = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 32

async function readCalls(file: string): Promise<GovernanceCall[]> {
  const advice = 'Give JSON [{"target": "0x…", "value": "0", "data": "0x…"}].'
  const content: unknown = await readJson(file, advice)
  if (!Array.isArray(content) || content.length === 0)
    throw new InputFileError({ file, reason: 'is no list of calls', advice })
  return content.map((call: Record<string, unknown> | null) => {
    const { target, value = '0', data = '0x' } = call ?? {}
    if (
      typeof target !== 'string' ||
      !isAddress(target, { strict: false }) ||
      !isHex(data) ||
      !/^\d{1,78}$/.test(String(value))
    )
      throw new InputFileError({ file, reason: 'has a call that is none', advice })
    return { target, value: BigInt(String(value)), data }
  })
}
