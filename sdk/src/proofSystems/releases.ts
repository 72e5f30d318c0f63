import type { Hex } from 'viem'
import { BaseError } from '../errors/base.js'

/**
 * `routed`: its project's routers take it. `superseded`: an older release without a known flaw, over deployed verifiers alone.
 * `stopped`: its project stopped it for a flaw. `unrouted`: published, and no router takes it yet.
 */
export type ReleaseStatus = 'routed' | 'superseded' | 'stopped' | 'unrouted'

/** A release of another project's proof system, told by the first four bytes of its proofs. */
export type OutsideRelease = {
  readonly version: string
  readonly selector: Hex
  readonly status: ReleaseStatus
  /** Published flaw, if there is one. */
  readonly advisory?: string
}

/** A key of a release that must not be used any more, or that the proof system does not read. */
export class ReleaseRefusedError extends BaseError {
  override name = 'ReleaseRefusedError'
  constructor(
    readonly version: string,
    readonly reason: string,
    advice: string,
  ) {
    super(`${version} is refused: ${reason}.`, { metaMessages: [advice] })
  }
}

/** The release of a list that a selector names. */
export function releaseOf<T extends OutsideRelease>(releases: readonly T[], selector: Hex): T | undefined {
  return releases.find((release) => release.selector === selector.toLowerCase())
}

/** @throws {@link ReleaseRefusedError} for a release with a known flaw. */
export function assertNotStopped(release: OutsideRelease | undefined, project: string, current: string): void {
  if (release?.status !== 'stopped') return
  const reason = release.advisory ? `it has a flaw (${release.advisory})` : `${project} stopped it in its routers`
  const advice = `Use ${current}. To read what was made before, pass allowStopped.`
  throw new ReleaseRefusedError(`${project} ${release.version}`, reason, advice)
}
