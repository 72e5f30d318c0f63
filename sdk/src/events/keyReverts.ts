import { type Hex, zeroHash } from 'viem'
import type { BaseError } from '../errors/base.js'
import { DependencyNotFrozenError, KeyNotActiveError, KeyNotFoundError, KeyStatusError } from '../errors/contract.js'
import { keyStatuses } from '../states.js'

/** What `VerifierKeyRegistry_WrongStatus` means. */
export function wrongStatus([keyId, status, required]: [Hex, number, number], cause: unknown): BaseError {
  const [found, wanted] = [keyStatuses[status] ?? 'unknown', keyStatuses[required] ?? 'unknown']
  if (wanted === 'frozen')
    return new DependencyNotFrozenError({ dependsOn: keyId === zeroHash ? undefined : keyId, cause })
  if (found === 'unknown') return new KeyNotFoundError({ keyId, cause })
  if (wanted === 'active') return new KeyNotActiveError({ keyId, status: found, cause })
  return new KeyStatusError({ keyId, status: found, required: wanted, cause })
}
