import { type Hex, isAddress, isHex } from 'viem'
import type { Ballot, GovernanceCall, Proposal } from '../../index.js'
import { addressOf, command, numberOf, requiredText, textOf } from '../command.js'
import { readJson } from '../context.js'
import { InputFileError, UsageError } from '../errors.js'
import { list, plain, table, time } from '../output.js'

const idArgument = {
  id: { type: 'positional', required: true, description: 'Proposal id (a decimal number)' },
} as const

export const govList = command({
  name: 'list',
  description: 'Every proposal there ever was',
  run: async (context) => {
    const proposals = await (await context.reader()).listProposals()
    const rows = proposals.map(({ proposalId, state, description }) => [
      String(proposalId),
      state,
      firstLine(description),
    ])
    return {
      data: proposals,
      text: rows.length === 0 ? 'There is no proposal.' : table(['proposal', 'state', 'description'], rows),
    }
  },
})

export const govShow = command({
  name: 'show',
  description: 'A proposal, its votes, and what its calldata does in words',
  args: idArgument,
  run: async (context, flags) => {
    const proposal = await (await context.reader()).getProposal({ proposalId: proposalIdOf(flags.id) })
    return { data: proposal, text: describe(proposal) }
  },
})

export const govParams = command({
  name: 'params',
  description: 'The protocol parameters that hold now, of one version, or of all',
  args: {
    version: { type: 'string', valueHint: 'N', description: 'Version; default: the latest' },
    history: { type: 'boolean', description: 'What every version changed' },
  },
  run: async (context, flags) => {
    const reader = await context.reader()
    if (flags.history === true) {
      const versions = await reader.listParameters()
      const rows = versions.flatMap((next, i) => {
        const before = versions[i - 1]
        const changed = Object.entries(next).filter(
          ([name, value]) =>
            !['version', 'setAtBlock'].includes(name) && before?.[name as keyof typeof before] !== value,
        )
        return changed.map(([name, value]) => [
          String(next.version),
          String(next.setAtBlock),
          name,
          before === undefined ? '–' : String(before[name as keyof typeof before]),
          String(value),
        ])
      })
      return { data: versions, text: table(['version', 'block', 'parameter', 'from', 'to'], rows) }
    }
    const parameters = await reader.getParameters({ version: numberOf(flags, 'version') })
    return {
      data: parameters,
      text: list(Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, String(v)]))),
    }
  },
})

export const govPropose = command({
  name: 'propose',
  description: 'Propose changes; says in words what the calls do before it sends anything',
  args: {
    description: { type: 'string', valueHint: 'TEXT', description: 'Why; public for ever' },
    set: {
      type: 'string',
      valueHint: 'NAME=VALUE,…',
      description: 'Change protocol parameters (`gov params` has them)',
    },
    'allow-token': { type: 'string', valueHint: 'ADDRESS', description: 'Let tasks pay in this token' },
    'min-reward': {
      type: 'string',
      valueHint: 'UNITS',
      description: 'With --allow-token: least reward, in base units',
    },
    'min-stake': { type: 'string', valueHint: 'UNITS', description: 'With --allow-token: least stake, in base units' },
    'allow-settlement': { type: 'string', valueHint: 'ADDRESS', description: 'Let tasks use this settlement' },
    'allow-gate': { type: 'string', valueHint: 'ADDRESS', description: 'Let tasks use this gate' },
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
      const minReward = unitsOf(requiredText(flags, 'min-reward'), '--min-reward')
      const minStake = unitsOf(textOf(flags, 'min-stake') ?? '0', '--min-stake')
      calls.push(await client.encodeAllowance({ token, policy: { minReward, minStake } }))
    }
    const settlement = addressOf(flags, 'allow-settlement')
    if (settlement !== undefined) calls.push(await client.encodeAllowance({ settlement, allowed: true }))
    const gate = addressOf(flags, 'allow-gate')
    if (gate !== undefined) calls.push(await client.encodeAllowance({ gate, allowed: true }))
    const file = textOf(flags, 'calls')
    if (file !== undefined) calls.push(...(await readCalls(file)))
    if (calls.length === 0)
      throw new UsageError(
        'There is nothing to propose.',
        'Give --set, --allow-token, --allow-settlement, --allow-gate or --calls.',
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

export const govVote = command({
  name: 'vote',
  description: 'Vote on a proposal',
  args: {
    ...idArgument,
    ballot: { type: 'string', valueHint: 'for|against|abstain', description: 'How' },
    reason: { type: 'string', valueHint: 'TEXT', description: 'Why; public for ever' },
  },
  run: async (context, flags) => {
    const ballot = requiredText(flags, 'ballot')
    if (!['for', 'against', 'abstain'].includes(ballot)) throw new UsageError('--ballot is for, against or abstain.')
    const client = await context.signer()
    const proposalId = proposalIdOf(flags.id)
    const { weight, hash, found } = await client.castVote({
      proposalId,
      ballot: ballot as Ballot,
      reason: textOf(flags, 'reason'),
    })
    return {
      data: { proposalId, ballot, weight, hash, found },
      text: list({ voted: ballot, weight: String(weight), transaction: hash }),
    }
  },
})

export const govQueue = command({
  name: 'queue',
  description: 'Hand an accepted proposal to the timelock; anyone may',
  args: idArgument,
  run: async (context, flags) => {
    const client = await context.signer()
    const proposalId = proposalIdOf(flags.id)
    const { executableAt, hash, found } = await client.queueProposal({ proposalId })
    return {
      data: { proposalId, executableAt, hash, found },
      text: list({ queued: String(proposalId), 'executable from': time(executableAt), transaction: hash }),
    }
  },
})

export const govExecute = command({
  name: 'execute',
  description: 'Execute a queued proposal after its delay; anyone may',
  args: idArgument,
  run: async (context, flags) => {
    const client = await context.signer()
    const proposalId = proposalIdOf(flags.id)
    const { hash, found } = await client.executeProposal({ proposalId })
    return { data: { proposalId, hash, found }, text: list({ executed: String(proposalId), transaction: hash }) }
  },
})

export const govCancel = command({
  name: 'cancel',
  description: 'Cancel your own proposal, or with --guardian any that is queued',
  args: { ...idArgument, guardian: { type: 'boolean', description: 'As guardian, at the timelock' } },
  run: async (context, flags) => {
    const client = await context.signer()
    const proposalId = proposalIdOf(flags.id)
    const { hash, found } =
      flags.guardian === true ? await client.vetoProposal({ proposalId }) : await client.cancelProposal({ proposalId })
    return { data: { proposalId, hash, found }, text: list({ cancelled: String(proposalId), transaction: hash }) }
  },
})

export const govDelegate = command({
  name: 'delegate',
  description: 'Let your tokens vote, through yourself or somebody else',
  args: { to: { type: 'string', valueHint: 'ADDRESS', description: 'Default: yourself' } },
  run: async (context, flags) => {
    const client = await context.signer()
    const { delegatee, hash, found } = await client.delegateVotes({ delegatee: addressOf(flags, 'to') })
    return { data: { delegatee, hash, found }, text: list({ 'votes through': delegatee, transaction: hash }) }
  },
})

function describe({ proposalId, state, proposer, description, calls, votes, quorum, ...times }: Proposal): string {
  return [
    list({
      proposal: String(proposalId),
      state,
      proposer,
      description: firstLine(description),
      'voting starts': time(times.voteStart),
      'voting ends': time(times.voteEnd),
      'executable from': times.executableAt === undefined ? '–' : time(times.executableAt),
      for: String(votes.for),
      against: String(votes.against),
      abstain: String(votes.abstain),
      quorum: quorum === undefined ? '–' : String(quorum),
    }),
    '',
    'What it does:',
    ...calls.flatMap(({ words }) => words.map((word) => `  ${plain(word)}`)),
  ].join('\n')
}

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 100) ?? ''

function proposalIdOf(value: unknown): bigint {
  if (typeof value !== 'string' || !/^\d{1,78}$/.test(value))
    throw new UsageError('The proposal id is a decimal number.', 'Copy it from `veritask gov list`.')
  return BigInt(value)
}

function unitsOf(value: string, flag: string): bigint {
  if (!/^\d{1,39}$/.test(value)) throw new UsageError(`${flag} is a whole number of base units.`)
  return BigInt(value)
}

/** `feeBps=250,treasury=0x…` as parameters; which names there are is for `encodeParameterChange` to say. */
function changesOf(text: string): Record<string, number | Hex> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, name, value] = /^([a-zA-Z]+)=(\S+)$/.exec(part.trim()) ?? []
      if (name === undefined || value === undefined)
        throw new UsageError('--set is NAME=VALUE, or several separated by commas.', '`gov params` has the names.')
      if (isAddress(value, { strict: false })) return [name, value as Hex]
      if (!/^\d{1,10}$/.test(value)) throw new UsageError(`"${name}" takes a whole number or an address.`)
      return [name, Number(value)]
    }),
  )
}

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
