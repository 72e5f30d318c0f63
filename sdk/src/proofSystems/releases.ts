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

/**
 * The release that a key is of, by its selector and by the root of the programs that it accepts proofs of: proofs under the root
 * of a stopped release are no better for the selector of another. A root that is listed without its selector counts as well.
 *
 * @throws {@link ReleaseRefusedError} when the selector is of one release and the root of another, or of none.
 */
export function releaseOfKey<T extends OutsideRelease>(
  releases: readonly T[],
  key: { readonly selector: Hex; readonly root: Hex },
  { project, rootName, rootOf }: { project: string; rootName: string; rootOf: (release: T) => Hex | undefined },
): T | undefined {
  const named = releaseOf(releases, key.selector)
  const rooted = releases.find((release) => rootOf(release) === key.root.toLowerCase())
  // Older releases have no such root.
  if (!named || rootOf(named) === undefined || named === rooted) return named ?? rooted
  throw new ReleaseRefusedError(
    `${project} ${named.version}`,
    `beside its selector the key has ${rooted ? `the ${rootName} of ${project} ${rooted.version}` : `another ${rootName}`}`,
    `Give selector and ${rootName} of one release, as they are listed together.`,
  )
}

/** @throws {@link ReleaseRefusedError} for a release with a known flaw. */
export function assertNotStopped(release: OutsideRelease | undefined, project: string, current: string): void {
  if (release?.status !== 'stopped') return
  const reason = release.advisory ? `it has a flaw (${release.advisory})` : `${project} stopped it in its routers`
  const advice = `Use ${current}. To read what was made before, pass allowStopped.`
  throw new ReleaseRefusedError(`${project} ${release.version}`, reason, advice)
}
