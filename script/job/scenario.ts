import type { Address } from 'viem'
import type { Job } from './context.ts'
import type { Batch } from './dataset.ts'
import type { Labellers } from './labellers.ts'
import type { TaskResult } from './outcome.ts'

type Detail = (text: string) => void

/** What scenarios share; each thing is made when the first one asks for it. */
export interface Stage {
  readonly job: Job
  /** Fixes the images, the gold and every classifier, so that each run tells the same story. */
  readonly seed: number
  readonly labellers: () => Promise<Labellers>
  /** The next 64 images of the dataset that nobody has been given. */
  readonly batch: () => Promise<Batch>
  /** An ERC-20 that governance allows. */
  readonly token: () => Promise<Address>
}

/** One story on the running system: what it needs, how much chain time it takes, and how it goes. */
export interface Scenario {
  readonly title: string
  /** How far it moves the clock at most, in seconds. */
  readonly seconds: bigint
  /** Batches of images it takes. */
  readonly batches: number
  /** Shared things that take a moment to make; they are made before the story starts. */
  readonly needs?: readonly ('labellers' | 'token')[]
  readonly run: (stage: Stage, detail: Detail) => Promise<readonly TaskResult[]>
}
