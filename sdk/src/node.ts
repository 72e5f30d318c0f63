/** What needs Node: the worker-thread prover, the file artifact loader, the content store on disk, ceremonies. */
export * from './ceremony/node.js'
export * from './proving/nodeProver.js'
export * from './storage/fileStore.js'
