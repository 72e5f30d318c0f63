import { afterAll, beforeAll } from 'vitest'
import { cleanUp, prepare } from './events/rows.js'

// Every column of every row against what was sent to a real chain and where it landed there.

beforeAll(prepare)
afterAll(cleanUp)

await import('./events/tasks.js')
await import('./events/slots.js')
await import('./events/registries.js')
await import('./events/money.js')
await import('./events/market.js')
await import('./events/audit.js')
