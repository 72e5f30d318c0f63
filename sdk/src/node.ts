/** What needs Node: the worker-thread prover, the file artifact loader, the content store on disk, `.veritask/current`, ceremonies. */
export * from './ceremony/node.js'
export * from './current.js'
export * from './proving/artifactCache.js'
export * from './proving/nodeProver.js'
export * from './storage/fileJournal.js'
export * from './storage/fileStore.js'
export { JournalEntryError } from './storage/journalEntry.js'
