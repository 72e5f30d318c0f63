import {
  type Ballot,
  formatSetting,
  formatVotes,
  type Proposal,
  type ProtocolParameters,
  parameterNames,
  settingLabel,
} from '../../index.js'
import { plain } from '../../text/plain.js'
import { addressOf, command, numberOf, requiredText, textOf } from '../command.js'
import { UsageError } from '../errors.js'
import { list, table, time } from '../output.js'

const idArgument = {
  id: { type: 'positional', required: true, description: 'Proposal id (a decimal number)' },
} as const

export const govList = command({
  name: 'list',
  description: 'Every proposal there ever was',
  run: async (context) => {
    const proposals = await (await context.reader()).listProposals()
    const rows = proposals.map(({ proposalId, state, sameCalls, description }) => [
      String(proposalId),
      stateText({ state, sameCalls }),
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
        return parameterNames
          .filter((name) => before?.[name] !== next[name])
          .map((name) => [
            String(next.version),
            String(next.setAtBlock),
            name,
            before === undefined ? '–' : formatSetting(name, before[name]),
            formatSetting(name, next[name]),
          ])
      })
      return { data: versions, text: table(['version', 'block', 'parameter', 'from', 'to'], rows) }
    }
    const parameters = await reader.getParameters({ version: numberOf(flags, 'version') })
    return {
      data: parameters,
      text: parametersText(parameters),
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
      text: list({ voted: ballot, weight: formatVotes(weight), transaction: hash }),
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

function parametersText(parameters: ProtocolParameters): string {
  const rows = parameterNames.map((name) => [name, formatSetting(name, parameters[name]), settingLabel(name) ?? ''])
  return `version ${parameters.version}\n\n${table(['parameter', 'value', 'what it is'], rows)}`
}

const SHORT_ID_DIGITS = 6

/** A defeated proposal that was made again, or twice, is called so: its title alone looks like the other's. */
function stateText({ state, sameCalls }: Pick<Proposal, 'state' | 'sameCalls'>): string {
  const other = sameCalls.find((candidate) => candidate.state === 'executed') ?? sameCalls.at(-1)
  if (other === undefined) return state
  return `${state} (same calls as ${shortId(other.proposalId)}, ${other.state})`
}

function shortId(proposalId: bigint): string {
  const id = String(proposalId)
  return id.length <= 2 * SHORT_ID_DIGITS ? id : `${id.slice(0, SHORT_ID_DIGITS)}…${id.slice(-SHORT_ID_DIGITS)}`
}

function describe(proposal: Proposal): string {
  const { proposalId, state, proposer, description, calls, sameCalls, votes, quorum, ...times } = proposal
  return [
    list({
      proposal: String(proposalId),
      state,
      proposer,
      description: firstLine(description),
      'voting starts': time(times.voteStart),
      'voting ends': time(times.voteEnd),
      'executable from': times.executableAt === undefined ? '–' : time(times.executableAt),
      for: formatVotes(votes.for),
      against: formatVotes(votes.against),
      abstain: formatVotes(votes.abstain),
      quorum: quorum === undefined ? '–' : formatVotes(quorum),
      ...(sameCalls.length > 0 && {
        'same calls': sameCalls.map((other) => `${other.proposalId} (${other.state})`).join(', '),
      }),
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
