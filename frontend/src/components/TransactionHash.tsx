import { transactionUrl } from '../url'
import { Hash } from './Hash'

/** A transaction by its hash, with a link to what it did. */
export function TransactionHash({ hash, label = 'transaction hash' }: { hash: string; label?: string }) {
  return <Hash value={hash} label={label} to={transactionUrl(hash)} picture={false} />
}
