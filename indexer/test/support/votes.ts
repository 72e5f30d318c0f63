import { encodeFunctionData, type Hex, keccak256, toBytes } from 'viem'
import { type Protocol, people } from './protocol.js'
import { clockOf, id, moveClock } from './scenario.js'

/** What proposals and votes could do to a page, were they shown as markup. */
export const hostileDescription = `# Lower the fee\n<img src=x onerror="alert(1)"> \0 [click](javascript:alert(1))`
export const hostileReason = `because <script>alert(1)</script>`

type Call = { target: Hex; data: Hex }

/** Proposals that end in every way: executed after a late quorum, cancelled by their proposer, and by a guardian. */
export async function runVotes(protocol: Protocol) {
  const { contracts, abiOf, send } = protocol
  const { deployer, guardian, heir } = people
  const roles = { proposer: id('PROPOSER_ROLE'), canceller: id('CANCELLER_ROLE') }
  for (const role of [roles.proposer, roles.canceller]) {
    await send(deployer, 'timelock', 'grantRole', [role, contracts.governor])
  }
  await send(deployer, 'timelock', 'grantRole', [roles.canceller, guardian.address])
  // The timelock alone may change the parameters, and it lets anyone execute.
  await send(deployer, 'timelock', 'grantRole', [id('EXECUTOR_ROLE'), `0x${'0'.repeat(40)}`])
  const sent = await send(deployer, 'voteToken', 'transfer', [heir.address, 300n])
  const delegated = await send(heir, 'voteToken', 'delegate', [heir.address])
  const approved = await send(deployer, 'voteToken', 'approve', [heir.address, 5n])

  const setDelay: Call = {
    target: contracts.governor,
    data: encodeFunctionData({ abi: abiOf.governor, functionName: 'setVotingDelay', args: [2] }),
  }
  const approve: Call = {
    target: contracts.voteToken,
    data: encodeFunctionData({ abi: abiOf.voteToken, functionName: 'approve', args: [heir.address, 7n] }),
  }
  const propose = async (description: string, calls: readonly Call[]) => {
    const args = [calls.map(({ target }) => target), calls.map(() => 0n), calls.map(({ data }) => data)]
    const created = await send(deployer, 'governor', 'propose', [...args, description])
    const { proposalId, voteEnd } = created.argsOf<{ proposalId: bigint; voteEnd: bigint }>('ProposalCreated')
    return { created, proposalId, voteEnd, args: [...args, keccak256(toBytes(description))], description }
  }
  const vote = async (proposalId: bigint, end: bigint) => {
    await send(deployer, 'governor', 'castVote', [proposalId, 1])
    await moveClock(protocol, end + 1n)
  }

  const passed = await propose(hostileDescription, [setDelay])
  await moveClock(protocol, passed.voteEnd - 5n)
  const against = await send(heir, 'governor', 'castVoteWithReasonAndParams', [
    passed.proposalId,
    0,
    hostileReason,
    '0x1234',
  ])
  // Its votes reach the quorum 5 seconds before the end: voting goes on for 20 more.
  const late = await send(deployer, 'governor', 'castVoteWithReason', [passed.proposalId, 1, 'cheaper'])
  await moveClock(protocol, (await clockOf(protocol)) + 30n)
  const queued = await send(deployer, 'governor', 'queue', passed.args)
  const executed = await send(deployer, 'governor', 'execute', passed.args)

  const withdrawn = await propose('Withdrawn', [setDelay])
  const cancelled = await send(deployer, 'governor', 'cancel', withdrawn.args)

  // What the Governor runs on itself, only the Governor can run: this one anybody who may schedule could.
  const stopped = await propose('Stopped by the guardian', [approve])
  await moveClock(protocol, (await clockOf(protocol)) + 5n)
  await vote(stopped.proposalId, stopped.voteEnd)
  const stoppedQueue = await send(deployer, 'governor', 'queue', stopped.args)
  const operationId = stoppedQueue.argsOf<{ id: Hex }>('CallScheduled').id
  const vetoed = await send(guardian, 'timelock', 'cancel', [operationId])

  const defeated = await propose('Nobody votes', [setDelay])
  return {
    ...{ sent, delegated, approved, passed, against, late, queued, executed },
    ...{ withdrawn, cancelled, stopped, stoppedQueue, operationId, vetoed, defeated },
  }
}
