import { type Address, getAddress } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { timelockDelaySeconds, votingPeriodSeconds } from '../lib/chain.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import { deployHelper } from './artifacts.ts'
import type { Job } from './context.ts'
import { refusalOf } from './parts.ts'

const supply = 1_000_000n * 10n ** 18n
const smallestReward = 10n ** 15n
/** A vote, the timelock, and the moments between. */
export const governanceSeconds = BigInt(votingPeriodSeconds + timelockDelaySeconds + 30)

/** Has the protocol accept a demo ERC-20 the only way there is: a proposal, a vote, the timelock. */
export async function allowDemoDollar(job: Job): Promise<Address> {
  const { checks } = job
  const voter = job.client(accounts.governor)
  const keeper = job.client(accounts.keeper)
  const token = await deployHelper(voter, 'DemoDollar', [accounts.requester.address, supply])
  const pass = async (time: bigint): Promise<void> => {
    if ((await latestTimestamp(job.rpcUrl)) < time) await warpTo(job.rpcUrl, time)
  }

  await voter.delegateVotes()
  const call = await voter.encodeAllowance({ token, policy: { minReward: smallestReward } })
  const { proposalId, calls, voteStart, voteEnd } = await voter.propose({
    calls: [call],
    description: 'Let tasks pay in demo dollars',
  })
  const amount = (units: string): string => `${units} DEMO (token ${getAddress(token)})`
  checks.equal('governance: the calldata says in words what it does', calls[0]?.words, [
    `Let tasks pay in the token ${getAddress(token)}, from ${amount('0.001')} a slot, with a stake of at least ${amount('0')}.`,
  ])
  await pass(voteStart + 1n)
  await voter.castVote({ proposalId, ballot: 'for', reason: 'Workers asked for it' })
  const early = await refusalOf(() => keeper.queueProposal({ proposalId }))
  checks.equal('governance: nothing is queued while the vote goes on', early?.name, 'ProposalStateError')
  await pass(voteEnd + 1n)
  const { executableAt } = await keeper.queueProposal({ proposalId })
  const hasty = await refusalOf(() => keeper.executeProposal({ proposalId }))
  checks.equal('governance: nothing is executed before the delay is over', hasty?.name, 'ProposalStateError')
  await pass(executableAt)
  await keeper.executeProposal({ proposalId })
  const { state } = await voter.getProposal({ proposalId })
  checks.equal('governance: what was voted is done', state, 'executed')
  return token
}
