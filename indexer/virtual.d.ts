/// <reference types="ponder/virtual" />

// Types of Ponder's virtual modules. Ponder writes the same into ponder-env.d.ts at each start; that file is ignored.

declare module 'ponder:internal' {
  const config: typeof import('./ponder.config.ts')
  const schema: typeof import('./ponder.schema.ts')
}

declare module 'ponder:schema' {
  export * from './ponder.schema.ts'
}
