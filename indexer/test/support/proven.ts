import { runAnonymous } from './anonymous.js'
import { accountOf } from './anvil.js'
import { runChunks, runRepeated, runRounds } from './consensus.js'
import { runGoldAudit } from './goldAudit.js'
import { runOperations } from './operations.js'
import type { Protocol } from './protocol.js'
import { id, registerDatasets, setUp } from './scenario.js'

/** Nobody who works elsewhere: what is recorded of these accounts is from these tasks. */
export const workers = [accountOf(8), accountOf(9), accountOf(2), accountOf(3)] as const

/** What consensus, gold audits and the gates of anonymous workers emit. */
export async function runProven(protocol: Protocol) {
  const { contracts, gates, govern } = protocol
  const { keys } = await setUp(protocol)
  await govern('protocolParameters', 'setSettlement', [contracts.consensus, true], id('consensus'))
  for (const [name, gate] of Object.entries(gates)) {
    await govern('protocolParameters', 'setGate', [gate, true], id(`gate ${name}`))
  }
  const datasets = await registerDatasets(protocol)
  const { versionId } = datasets
  const rounds = await runRounds(protocol, keys, versionId, workers)
  const chunks = await runChunks(protocol, keys, versionId, workers)
  const repeated = await runRepeated(protocol, keys, versionId)
  const audit = await runGoldAudit(protocol, keys, versionId, workers)
  const anonymous = await runAnonymous(protocol, keys, versionId, workers[3])
  const operations = await runOperations(protocol)
  return { keys, datasets, rounds, chunks, repeated, audit, anonymous, operations, contracts, gates }
}
