import { type Address, type Hash, type Hex, zeroHash } from 'viem'
import type { Deployment } from '../../deployments.js'
import type { VeritaskEventNamed } from '../../events/decode.js'
import type { VeritaskClient } from './connect.js'
import { readLogs } from './logs.js'

/** What was published about a broken key, as whoever froze it says. Untrusted text. */
export type KeyAdvisory = {
  /** For example `GHSA-63x8-x938-vx33`. Empty when there is none. */
  readonly id: string
  readonly uri: string
  /** `uri` when it may be shown as a link: https without credentials, or ipfs. */
  readonly link: string | undefined
}

/** How a key came to its end. */
export type KeyFreeze = {
  /** The key that was frozen: the one asked for, or the one it depends on. */
  readonly keyId: Hex
  readonly by: Address
  /** Untrusted text. */
  readonly reason: string
  readonly advisory: KeyAdvisory | undefined
  readonly hash: Hash
  readonly blockNumber: bigint
}

const IPFS = /^ipfs:\/\/[A-Za-z0-9]{20,120}$/

/**
 * The URI of an advisory when it may be shown as a link: `https:` without credentials, or `ipfs:` with a content id. Anybody who
 * may freeze a key chooses it.
 *
 * @example
 * import { advisoryLink } from '@veritask/sdk'
 * const link = advisoryLink('https://github.com/advisories/GHSA-63x8-x938-vx33')
 */
export function advisoryLink(uri: string): string | undefined {
  if (IPFS.test(uri)) return uri
  let parsed: URL
  try {
    parsed = new URL(uri)
  } catch {
    return undefined
  }
  if (parsed.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') return undefined
  return parsed.href
}

/**
 * Why a key was frozen, on one line and without control characters: the advisory, its link, and the reason.
 *
 * @example
 * import { freezeText } from '@veritask/sdk'
 * const text = freezeText({ reason: 'unsound verifier', advisory: undefined })
 */
export function freezeText({ reason, advisory }: Pick<KeyFreeze, 'reason' | 'advisory'>): string {
  const parts = [advisory?.id, advisory?.link && `(${advisory.link})`].filter(Boolean).join(' ')
  const why = reason === '' ? 'no reason given' : reason
  return (parts === '' ? why : `${parts}: ${why}`).replace(/\p{C}/gu, ' ')
}

/** How a key ended by chain logs, whether it was frozen itself or with the key it depends on; undefined while it lives. */
export async function readFreeze(
  client: VeritaskClient,
  deployment: Deployment,
  { keyId, dependsOn }: { readonly keyId: Hex; readonly dependsOn: Hex | undefined },
): Promise<KeyFreeze | undefined> {
  const frozen = async (id: Hex) => {
    const [event] = await readLogs(client, deployment, {
      contract: 'verifierKeyRegistry',
      eventName: 'KeyFrozen',
      args: { keyId: id },
    })
    return event && freezeOf(event)
  }
  const base = dependsOn === undefined || dependsOn === zeroHash ? undefined : dependsOn
  const [own, inherited] = await Promise.all([frozen(keyId), base && frozen(base)])
  return endingOf(own, inherited)
}

/** What is recorded of a dependent key says only that the other is frozen. */
export function endingOf(own: KeyFreeze | undefined, inherited: KeyFreeze | undefined): KeyFreeze | undefined {
  return own?.advisory ? own : (inherited ?? own)
}

export function freezeOf(event: VeritaskEventNamed<'KeyFrozen'>): KeyFreeze {
  const { keyId, by, reason, advisory } = event.args
  const { id, uri } = advisory
  return {
    keyId,
    by,
    reason,
    advisory: id === '' && uri === '' ? undefined : { id, uri, link: advisoryLink(uri) },
    hash: event.transactionHash,
    blockNumber: event.blockNumber,
  }
}
