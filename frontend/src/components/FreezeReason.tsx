import type { KeyRow } from '../api/types'
import { useConfig } from '../config'
import { safeHref } from '../lib/uri'
import { ChainText } from './ChainText'

type FreezeReasonProps = {
  verifierKey: Pick<KeyRow, 'frozenReason' | 'dependencyFrozenAt' | 'advisoryId' | 'advisoryUri'>
}

/** Why a key was frozen: the advisory, as a link only where its address is safe, and the reason. All of it is untrusted text. */
export function FreezeReason({ verifierKey: key }: FreezeReasonProps) {
  const { gatewayUrl } = useConfig()
  const href = key.advisoryUri ? safeHref(key.advisoryUri, gatewayUrl) : undefined
  const name = key.advisoryId || key.advisoryUri
  return (
    <>
      {name && (
        <>
          Advisory{' '}
          {href ? (
            <a href={href} rel="noreferrer nofollow" target="_blank">
              <ChainText>{name}</ChainText>
            </a>
          ) : (
            <ChainText>{name}</ChainText>
          )}
          {': '}
        </>
      )}
      {key.frozenReason ? <ChainText>{key.frozenReason}</ChainText> : wordsWithout(key)}
    </>
  )
}

function wordsWithout({ dependencyFrozenAt }: FreezeReasonProps['verifierKey']): string {
  return dependencyFrozenAt === null ? 'No reason was given.' : 'The key it depends on is frozen.'
}
