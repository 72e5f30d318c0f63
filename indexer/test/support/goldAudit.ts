import { type Hex, zeroAddress } from 'viem'
import { type Protocol, people } from './protocol.js'
import {
  createHiddenGold,
  hiddenGoldCommitment,
  join,
  moveClock,
  reward,
  rules,
  score,
  type setUp,
  submit,
} from './scenario.js'
import { contextOf, mockProof } from './statement.js'

type Keys = Awaited<ReturnType<typeof setUp>>['keys']
type Worker = typeof people.requester

export const goldBond = 50_000n
/** Both accepted workers agree with the first gold item only, so the second must be wrong. */
const agreementBits = 0b01n

/** A rejected worker asks for an audit; the accepted ones disagree with a gold item, and the requester loses its bond. */
export async function runGoldAudit(protocol: Protocol, keys: Keys, datasetVersionId: Hex, workers: readonly Worker[]) {
  const { contracts, deployment, send } = protocol
  const [first, second, rejected] = workers as [Worker, Worker, Worker]
  const { requester } = people
  await send(requester, 'stakeVault', 'deposit', [requester.address, zeroAddress, goldBond], goldBond)
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
  for (const [slot, worker] of [first, second].entries()) await score(protocol, task, slot, worker, 91 + slot, 2n)
  const refused = await score(protocol, task, 2, rejected, 93, 0n)
  await moveClock(protocol, task.terms.scoreBy + 1n)
  const asked = await send(rejected, 'taskRegistry', 'dispute', [taskId, 2, reward])
  const audit = (slot: number, worker: Worker) => {
    const { auditKeyId: keyId } = task.terms
    const place = { chainId: deployment.chainId, module: contracts.hiddenGold, taskId, slot, payout: worker.address }
    const vector = [contextOf(place), BigInt(91 + slot), rules, hiddenGoldCommitment, agreementBits]
    const { proof } = mockProof(keyId, 9n, contextOf(place, keyId), vector)
    return { slot, agreementBits, digest: 9n, proof }
  }
  const audits = [audit(0, first), audit(1, second)]
  const audited = await send(requester, 'hiddenGold', 'auditSlots', [taskId, audits])
  const closed = await send(people.keeper, 'hiddenGold', 'closeAudit', [taskId])
  const redressed = await send(people.keeper, 'taskRegistry', 'claimRedress', [taskId, 2])
  return { ...task, refused, asked, audited, closed, redressed, agreementBits, rejected }
}
