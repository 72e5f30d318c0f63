import type { Ballot, Proposal } from '../../index.js'
import { addressOf, command, numberOf, requiredText, textOf } from '../command.js'
import { UsageError } from '../errors.js'
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
