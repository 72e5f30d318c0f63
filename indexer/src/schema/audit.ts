import { index, onchainTable } from 'ponder'

/** Every event of every contract, append-only. The entity columns say which pages an event belongs to. */
export const auditEvent = onchainTable(
  'audit_event',
  (p) => ({
    id: p.text().primaryKey(), // event id; sorts rows in chain order
    contract: p.text().notNull(), // contract name, e.g. TaskRegistry
    address: p.hex().notNull(), // contract address
    name: p.text().notNull(), // event name
    args: p.json().notNull(), // event arguments by name; integers above 32 bits as decimal strings
    taskId: p.hex(), // events of a task or slot
    slot: p.integer(), // events of a slot
    account: p.hex(), // the account an event is about: requester, worker, payout, owner, credited account
    keyId: p.hex(), // events of a verifier key, and ReceiptIssued
    datasetId: p.hex(), // events of a dataset
    modelId: p.hex(), // events of a model
    proposalId: p.bigint(), // events of a proposal
    operationHash: p.hex(), // events of an operation of the timelock
    blockNumber: p.bigint().notNull(),
    blockHash: p.hex().notNull(),
    timestamp: p.bigint().notNull(),
    transactionHash: p.hex().notNull(),
    sender: p.hex().notNull(), // who sent the transaction
    logIndex: p.integer().notNull(),
  }),
  (table) => ({
    task: index().on(table.taskId, table.id),
    account: index().on(table.account, table.id),
    key: index().on(table.keyId, table.id),
    dataset: index().on(table.datasetId, table.id),
    model: index().on(table.modelId, table.id),
    proposal: index().on(table.proposalId, table.id),
    operation: index().on(table.operationHash, table.id),
    transaction: index().on(table.transactionHash, table.id),
  }),
)
