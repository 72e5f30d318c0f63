import type { Field } from '../field.js'

/** Classes that can be voted on: 0 to 3. */
export const CONSENSUS_CLASSES = 4
/** Items whose votes are counted in committed words. */
export const COUNT_CAPACITY = 256
/** Bits of one count: the weights of a task sum to less than 2^12. */
export const COUNT_BITS = 12
/** Largest sum of the weights of one task. */
export const MAX_TOTAL_WEIGHT = (1 << COUNT_BITS) - 1

/** Items whose counts share a word. */
export const ITEMS_PER_WORD = 5
/** Bits of one item's counts. */
export const ITEM_BITS = COUNT_BITS * CONSENSUS_CLASSES
/** Words of packed counts. */
export const COUNT_WORDS = Math.ceil(COUNT_CAPACITY / ITEMS_PER_WORD)

/**
 * What every chain of tallies starts from: no votes, with salt 0. The contract has it as a constant too. Written out, so that
 * who checks a proof needs no Poseidon.
 */
export const ZERO_COUNTS = 21120946712707854102462624947789385109055756570087986727247613001039237672485n as Field
