import { zeroAddress } from 'viem'
import { type Protocol, people } from './protocol.js'
import {
  createHiddenGold,
  hiddenGoldCommitment,
  hiddenGoldItems,
  hiddenRules,
  join,
  moveClock,
  reward,
  score,
  type setUp,
  submit,
} from './scenario.js'
import { contextOf, mockProof } from './statement.js'

type Keys = Awaited<ReturnType<typeof setUp>>['keys']
type Worker = typeof people.requester

export const goldBond = 500_000n

/** A rejected worker asks for an audit; the accepted ones side with it, and the requester's bond is burned. */
export async function runGoldAudit(
  protocol: Protocol,
  keys: Keys,
  datasetVersionId: `0x${string}`,
  workers: readonly Worker[],
) {
  const { contracts, deployment, send } = protocol
  const { chainId } = deployment
  const [first, second, rejected] = workers as [Worker, Worker, Worker]
  const { requester } = people
  await send(rejected, 'stakeVault', 'deposit', [rejected.address, zeroAddress, reward], reward)
  const task = await createHiddenGold(
    protocol,
    { name: 'rigged gold', slots: 3, datasetVersionId, bond: goldBond },
    { legality: keys.legality.keyId, score: keys.score.keyId },
  )
  const { taskId } = task
  for (const [slot, worker] of [first, second, rejected].entries()) {
    await join(protocol, taskId, worker, worker.address, 91 + slot)
  }
  for (const [slot, worker] of [first, second, rejected].entries())
    await submit(protocol, task, slot, worker, 91 + slot)
  for (const [slot, worker] of [first, second].entries())
    await score(protocol, task, slot, worker, 91 + slot, hiddenGoldItems)
  const refused = await score(protocol, task, 2, rejected, 93, 0n)
  await moveClock(protocol, task.terms.scoreBy + 1n)
  const asked = await send(rejected, 'taskRegistry', 'dispute', [taskId, 2, reward])
  /** Labels are committed to the settlement, the proof is made for the audit. */
  const answer = (member: number, worker: Worker) => {
    const { auditKeyId: keyId } = task.terms
    const place = { chainId, module: contracts.hiddenGold, taskId, slot: member, payout: worker.address }
    const challenger = { ...place, slot: 2, payout: rejected.address }
    const answers = { withGold: 0n, withChallenger: (1n << hiddenGoldItems) - 1n }
    const vector = [
      ...[contextOf(place), BigInt(91 + member), hiddenRules, hiddenGoldCommitment],
      ...[contextOf(challenger), 93n, answers.withGold, answers.withChallenger],
    ]
    const { proof } = mockProof(keyId, 9n, contextOf({ ...place, module: contracts.goldAudit }, keyId), vector)
    return { member, ...answers, digest: 9n, proof }
  }
  const answers = [answer(0, first), answer(1, second)]
  const audited = await send(requester, 'goldAudit', 'auditSlots', [taskId, 2, answers])
  const closed = await send(people.keeper, 'goldAudit', 'closeAudit', [taskId, 2])
  const redressed = await send(people.keeper, 'taskRegistry', 'settle', [taskId, 2])
  return { ...task, refused, asked, audited, closed, redressed, rejected }
}
