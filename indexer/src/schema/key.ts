import { index, onchainEnum, onchainTable } from 'ponder'

/** The one-way life of a key: KeyProposed, KeyActivated, KeyFrozen. */
export const keyStatus = onchainEnum('key_status', ['proposed', 'active', 'frozen'])

export const verifierKey = onchainTable(
  'verifier_key',
  (p) => ({
    id: p.hex().primaryKey(), // KeyProposed
    proofSystem: p.hex().notNull(), // KeyProposed
    status: keyStatus('status').notNull(), // KeyProposed, KeyActivated, KeyFrozen of it or of the key it depends on
    development: p.boolean().notNull(), // KeyProposed
    needsChallenge: p.boolean().notNull(), // KeyProposed; its prover must not choose one of the signals
    manifestHash: p.hex().notNull(), // KeyProposed
    gasCap: p.bigint().notNull(), // KeyProposed
    signalCount: p.integer().notNull(), // KeyProposed
    keyData: p.hex().notNull(), // KeyProposed
    dependsOn: p.hex(), // KeyProposed; key its proofs are checked with in the end
    dependents: p.hex().array().notNull(), // KeyProposed of the keys that depend on it
    freezableByProof: p.boolean().notNull(), // KeyProposed; whoever proves the signals that nobody chose freezes the key
    activeAt: p.bigint().notNull(), // KeyProposed; earliest activation
    proposedAt: p.bigint().notNull(), // KeyProposed
    proposedTransaction: p.hex().notNull(), // KeyProposed
    activatedAt: p.bigint(), // KeyActivated
    activatedTransaction: p.hex(), // KeyActivated
    frozenAt: p.bigint(), // KeyFrozen
    frozenTransaction: p.hex(), // KeyFrozen
    frozenBy: p.hex(), // KeyFrozen
    frozenFrom: keyStatus('frozen_from'), // KeyFrozen; the status before
    frozenReason: p.text(), // KeyFrozen; untrusted text
    advisoryId: p.text(), // KeyFrozen of it or of the key it depends on; untrusted text
    advisoryUri: p.text(), // KeyFrozen of it or of the key it depends on; untrusted text
    frozenExploit: p.hex(), // KeyFrozen; evidence, unchecked beside a guardian's reason
    dependencyFrozenAt: p.bigint(), // KeyFrozen of the key it depends on
    dependencyFrozenTransaction: p.hex(), // KeyFrozen of the key it depends on
    receipts: p.integer().notNull(), // ReceiptIssued; statements verified under this key
    eventId: p.text().notNull(), // KeyProposed; sorts rows in chain order
  }),
  (table) => ({
    order: index().on(table.eventId),
    status: index().on(table.status, table.eventId),
    manifest: index().on(table.manifestHash, table.eventId),
  }),
)
