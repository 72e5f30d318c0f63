import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { createEngine } from './engine.js'

// snarkjs spreads its multi-exponentiations over threads of its own, but the worker shim it uses takes any thread other
// than the main one for one of those. Called the main thread while it loads, this one may start them.
const threads = createRequire(import.meta.url)('node:worker_threads')
threads.isMainThread = true
const snarkjs = await import('snarkjs')
threads.isMainThread = false

const handle = createEngine(snarkjs, (message) => parentPort.postMessage(message))
parentPort.on('message', handle)
