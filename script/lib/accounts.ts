import { type HDAccount, mnemonicToAccount } from 'viem/accounts'

/** Anvil's public development mnemonic: worthless anywhere else, and known to everybody. */
const mnemonic = 'test test test test test test test test test test test junk'

export const accountCount = 16

export const developmentAccount = (index: number): HDAccount => {
  if (index >= accountCount) throw new RangeError(`anvil is started with ${accountCount} accounts`)
  return mnemonicToAccount(mnemonic, { addressIndex: index })
}

/** Who is who on the local chain. */
export const accounts = {
  deployer: developmentAccount(0),
  /** Holds all votes: its word is the DAO's. */
  governor: developmentAccount(1),
  guardian: developmentAccount(2),
  treasury: developmentAccount(3),
  requester: developmentAccount(4),
  /** Settles and claims for others: anyone may. */
  keeper: developmentAccount(5),
  worker: (number: number): HDAccount => developmentAccount(6 + number),
} as const
