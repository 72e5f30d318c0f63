import { BaseError, ContractFunctionRevertedError, UserRejectedRequestError } from 'viem'
import { neutralise } from '../lib/text'

/** Refusals of `withdraw` in words; others are shown by the contract's own name for them. */
const REFUSALS: Readonly<Record<string, string>> = {
  TaskRegistry_TransferRefused: 'The account does not accept the transfer. The credit stays where it is.',
  TaskRegistry_NothingToWithdraw: 'Nothing is left: someone has paid this credit out already.',
}

/** Why a wallet or the chain refused, in one sentence. */
export function reasonOf(error: Error): string {
  if (!(error instanceof BaseError)) return neutralise(error.message)
  if (error.walk((cause) => cause instanceof UserRejectedRequestError)) return 'It was declined in the wallet.'
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  const name = reverted instanceof ContractFunctionRevertedError ? reverted.data?.errorName : undefined
  if (name === undefined) return neutralise(error.shortMessage)
  return REFUSALS[name] ?? `The contract refused: ${name}.`
}
