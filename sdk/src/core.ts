/** The pure, browser-safe core: encoding, hashing, encryption, dataset trees, proving and storage. */
export * from './commitments.js'
export * from './context.js'
export * from './errors/base.js'
export * from './field.js'
export * from './labels/agreement.js'
export * from './labels/codes.js'
export {
  GoldDoesNotOpenError,
  type GoldItem,
  type GoldItems,
  GoldMalformedError,
  hiddenGoldCommitment,
  openGoldCommitment,
  type PackedGold,
  packGold,
  pickCodes,
  unpackGold,
} from './labels/gold.js'
export * from './labels/rules.js'
export * from './poseidon.js'
export * from './random.js'
