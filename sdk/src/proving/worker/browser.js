import * as snarkjs from 'snarkjs'
import { createEngine } from './engine.js'

const handle = createEngine(snarkjs, (message) => self.postMessage(message))
self.addEventListener('message', (event) => handle(event.data))
