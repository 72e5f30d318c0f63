import { concat, encodeAbiParameters, type Hex, keccak256, numberToHex, pad, toFunctionSelector, zeroHash } from 'viem'
import { type Protocol, people } from './protocol.js'
import { id } from './scenario.js'
import { runVotes } from './votes.js'

/** Bytes that no UTF-8 text has, between two words. */
const brokenDescription: Hex = '0x6166ff80c328ed61'
export const shownDescription = new TextDecoder().decode(
  Uint8Array.from(Buffer.from(brokenDescription.slice(2), 'hex')),
)
/** Longer than any answer shows, in characters of three bytes each. */
export const longReason = '票'.repeat(50_000)
export const longData: Hex = `0x${'ab'.repeat(60_000)}`

/**
 * What a timelock allows and a Governor never does: operations of no calls, and one that is scheduled again after a guardian
 * cancelled it. And a proposal whose description is no text.
 */
export async function runOperations(protocol: Protocol) {
  const { abiOf, contracts, send, sendData } = protocol
  const { deployer, guardian, heir } = people
  const votes = await runVotes(protocol)
  const { stopped, operationId, defeated } = votes

  const saltOfGovernor = numberToHex(
    BigInt(pad(contracts.governor, { dir: 'right', size: 32 })) ^ BigInt(stopped.args[3] as Hex),
    { size: 32 },
  )
  const batch = [...stopped.args.slice(0, 3), zeroHash, saltOfGovernor]
  const again = await send(deployer, 'timelock', 'scheduleBatch', [...batch, 0n])
  const executed = await send(deployer, 'timelock', 'executeBatch', batch)

  const schedule = async (salt: Hex) => {
    const calls = [[], [], [], zeroHash, salt]
    const encoded = encodeAbiParameters(
      ['address[]', 'uint256[]', 'bytes[]', 'bytes32', 'bytes32'].map((type) => ({ type })),
      calls,
    )
    const scheduled = await send(deployer, 'timelock', 'scheduleBatch', [...calls, 0n])
    return { scheduled, id: keccak256(encoded) }
  }
  const salted = await schedule(id('empty'))
  const silent = await schedule(zeroHash)
  const dropped = await send(guardian, 'timelock', 'cancel', [silent.id])
  const put = await send(deployer, 'timelock', 'schedule', [contracts.groth16, 0n, longData, zeroHash, id('long'), 0n])

  const selector = toFunctionSelector(abiOf.governor.find((item) => 'name' in item && item.name === 'propose') as never)
  const data = encodeAbiParameters(
    ['address[]', 'uint256[]', 'bytes[]', 'bytes'].map((type) => ({ type })),
    [[contracts.governor], [0n], [longData], brokenDescription],
  )
  const broken = await sendData(deployer, 'governor', 'propose', concat([selector, data]))
  const { proposalId } = broken.argsOf<{ proposalId: bigint }>('ProposalCreated')
  const voters = [people.keeper, people.requester, heir]
  const reasons = []
  for (const voter of voters) {
    reasons.push(await send(voter, 'governor', 'castVoteWithReason', [defeated.proposalId, 2, longReason]))
  }
  const reasoned = reasons[2] as (typeof reasons)[0]
  return {
    ...{ votes, stopped, operationId, again, executed, salted, silent, dropped, reasoned },
    broken: { step: broken, proposalId },
    put: { step: put, id: put.argsOf<{ id: Hex }>('CallScheduled').id },
  }
}
