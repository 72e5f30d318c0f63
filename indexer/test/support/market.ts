import { encodeAbiParameters, type Hex, pad, toHex, zeroAddress } from 'viem'
import { type Protocol, people } from './protocol.js'
import { clockOf, create, encodeTerms, id, join, moveClock, type registerDatasets, type setUp } from './scenario.js'
import { contextOf, mockProofOf } from './statement.js'

export const stake = 1_000n
export const bond = 900n
export const disputeBond = 400n
export const relayFee = 100n

const [alice, bob, carol] = people.workers as [
  typeof people.requester,
  typeof people.requester,
  typeof people.requester,
]

const native = zeroAddress

type Prepared = Awaited<ReturnType<typeof setUp>>
type Datasets = Awaited<ReturnType<typeof registerDatasets>>

/** What stakes, gates, disputes, bonds and the proof settlements emit. */
export async function runMarket(protocol: Protocol, prepared: Prepared, datasets: Datasets) {
  const { gates, foreign, send, govern } = protocol
  const gateSteps = []
  for (const [name, gate] of Object.entries(gates)) {
    gateSteps.push(await govern('protocolParameters', 'setGate', [gate, true], id(`gate ${name}`)))
  }
  const allowed = {
    gates: gateSteps,
    foreign: await govern('protocolParameters', 'setSettlement', [foreign, true], id('foreign')),
    direct: await govern('protocolParameters', 'setSettlement', [protocol.contracts.direct, true]),
    optimistic: await govern('protocolParameters', 'setSettlement', [protocol.contracts.optimistic, true]),
  }
  const deposits = []
  for (const person of [alice, bob, carol, people.keeper, people.requester]) {
    const args = [person.address, native, 10n * stake]
    deposits.push(await send(person, 'stakeVault', 'deposit', args, 10n * stake))
  }
  const unbonding = await send(carol, 'stakeVault', 'unbond', [native, stake])
  const graded = await runDisputes(protocol, datasets)
  const drawn = await send(people.keeper, 'stakeVault', 'withdraw', [carol.address, native])
  const direct = await runDirect(protocol, prepared, datasets)
  const optimistic = await runOptimistic(protocol, prepared, datasets)
  const gated = await openGates(protocol, prepared, datasets)
  return { allowed, deposits, unbonding, drawn, graded, direct, optimistic, gated }
}

/** A worker's dispute is dismissed, another's upheld, a third is rejected, and the requester's bond is burned. */
async function runDisputes(protocol: Protocol, datasets: Datasets) {
  const { contracts, gates, send } = protocol
  const joinBy = (await clockOf(protocol)) + 600n
  const task = await create(
    protocol,
    {
      name: 'disputed',
      slots: 4,
      datasetVersionId: datasets.versionId,
      gate: gates.staked,
      gateData: encodeAbiParameters(
        [{ type: 'tuple', components: [{ type: 'address' }, { type: 'uint128' }] }],
        [[native, stake]],
      ),
      stakePerSlot: stake,
      bond,
    },
    joinBy,
    'foreign',
    '0x',
  )
  const { taskId } = task
  const joined = [
    await join(protocol, taskId, alice, alice.address, 41, relayFee),
    await join(protocol, taskId, bob, bob.address, 42),
    await join(protocol, taskId, carol, carol.address, 43),
    await join(protocol, taskId, people.keeper, people.keeper.address, 44),
  ]
  const left = await send(people.keeper, 'taskRegistry', 'leave', [taskId, 3])
  await send(people.deployer, 'foreign', 'setDisputable', [true, disputeBond])
  const opened = [
    await send(people.keeper, 'taskRegistry', 'dispute', [taskId, 0, disputeBond]),
    await send(people.keeper, 'taskRegistry', 'dispute', [taskId, 1, disputeBond]),
  ]
  const { taskRegistry } = contracts
  const dismissed = await send(people.deployer, 'foreign', 'closeDispute', [taskRegistry, taskId, 0, 2, alice.address])
  const payment = { shareBps: 5_000, scoreBps: 6_000, relayer: people.guardian.address, transferNow: false }
  const paid = await send(people.deployer, 'foreign', 'payGraded', [taskRegistry, taskId, 0, payment])
  const lost = await send(people.deployer, 'foreign', 'returnAs', [taskRegistry, taskId, 1, 0, 7])
  const upheld = await send(people.deployer, 'foreign', 'closeDispute', [taskRegistry, taskId, 1, 1, zeroAddress])
  const rejected = await send(people.deployer, 'foreign', 'returnAs', [taskRegistry, taskId, 2, 1_000, 3])
  const burned = await send(people.deployer, 'foreign', 'burnBond', [taskRegistry, taskId])
  return { ...task, joinBy, joined, left, opened, dismissed, paid, lost, upheld, rejected, burned }
}

const statementOf = (keyId: Hex) => ({ keyId, contextIndex: 1, pinned: 1n, signals: [77n, 0n, 0n, 0n] })

function signalsOf(
  { deployment, contracts }: Protocol,
  module: 'direct' | 'optimistic',
  taskId: Hex,
  slot: number,
  payout: Hex,
  keyId: Hex,
) {
  const place = { chainId: deployment.chainId, module: contracts[module], taskId, slot, payout }
  return [77n, contextOf(place, keyId), 3n, 4n]
}

/** One slot proven and paid at once; the requester's bond comes back. */
async function runDirect(protocol: Protocol, { keys }: Prepared, datasets: Datasets) {
  const { send } = protocol
  const { keyId } = keys.statement
  const joinBy = (await clockOf(protocol)) + 600n
  const terms = { statement: statementOf(keyId), proveBy: joinBy + 600n }
  const settings = { name: 'direct', slots: 1, datasetVersionId: datasets.versionId, bond }
  const task = await create(protocol, settings, joinBy, 'direct', encodeTerms(protocol, 'direct', terms))
  const joined = await join(protocol, task.taskId, alice, alice.address, 51)
  const signals = signalsOf(protocol, 'direct', task.taskId, 0, alice.address, keyId)
  const args = [task.taskId, 0, signals, mockProofOf(keyId, signals), false]
  const proved = await send(people.keeper, 'direct', 'prove', args)
  const released = await send(people.keeper, 'taskRegistry', 'releaseBond', [task.taskId])
  return { ...task, joinBy, terms, joined, signals, proved, released }
}

/** One claim proven after a dispute, one lost to its challenger. */
async function runOptimistic(protocol: Protocol, { keys }: Prepared, datasets: Datasets) {
  const { send } = protocol
  const { keyId } = keys.statement
  const joinBy = (await clockOf(protocol)) + 600n
  const terms = { statement: statementOf(keyId), claimBy: joinBy + 600n, challengeWindow: 100, proveWindow: 200 }
  const settings = { name: 'optimistic', slots: 2, datasetVersionId: datasets.versionId, stakePerSlot: stake }
  const task = await create(protocol, settings, joinBy, 'optimistic', encodeTerms(protocol, 'optimistic', terms))
  const { taskId } = task
  const joined = [
    await join(protocol, taskId, alice, alice.address, 61),
    await join(protocol, taskId, bob, bob.address, 62),
  ]
  const signals = [alice, bob].map((worker, slot) =>
    signalsOf(protocol, 'optimistic', taskId, slot, worker.address, keyId),
  )
  const claimed = [
    await send(alice, 'optimistic', 'claim', [taskId, 0, signals[0]]),
    await send(bob, 'optimistic', 'claim', [taskId, 1, signals[1]]),
  ]
  const disputed = [
    await send(people.keeper, 'taskRegistry', 'dispute', [taskId, 0, stake]),
    await send(people.keeper, 'taskRegistry', 'dispute', [taskId, 1, stake]),
  ]
  const proof = mockProofOf(keyId, signals[0] ?? [])
  const proved = await send(people.keeper, 'optimistic', 'prove', [taskId, 0, signals[0], proof, false])
  await moveClock(protocol, (disputed[1]?.timestamp ?? 0n) + 201n)
  const resolved = await send(people.keeper, 'optimistic', 'resolve', [taskId, 1])
  return { ...task, joinBy, terms, joined, signals, claimed, disputed, proved, resolved }
}

/** Tasks that wait behind a list that nobody is on. */
async function openGates(protocol: Protocol, { keys }: Prepared, datasets: Datasets) {
  const { gates } = protocol
  const root = pad(toHex(0xa110n), { size: 32 })
  const terms = { statement: statementOf(keys.statement.keyId), proveBy: (await clockOf(protocol)) + 2_000n }
  const settlementData = encodeTerms(protocol, 'direct', terms)
  const listed = await create(
    protocol,
    { name: 'listed', slots: 1, datasetVersionId: datasets.versionId, gate: gates.allowList, gateData: root },
    (await clockOf(protocol)) + 600n,
    'direct',
    settlementData,
  )
  return { listed, root }
}
