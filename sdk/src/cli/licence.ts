import parse from 'spdx-expression-parse'
import { BaseError } from '../core.js'

export class LicenceInvalidError extends BaseError {
  override name = 'LicenceInvalidError'
  constructor({ licence }: { licence: string }) {
    super(`"${licence.slice(0, 64)}" is no SPDX licence expression.`, {
      metaMessages: [
        'Write for example CC0-1.0, CC-BY-4.0 or "MIT OR Apache-2.0"; the list is at https://spdx.org/licenses.',
        'For terms of your own: LicenseRef- and a name, for example LicenseRef-our-terms.',
      ],
    })
  }
}

/**
 * A licence stands on the chain for good: what no one can look up is refused.
 *
 * @throws {LicenceInvalidError}
 */
export function assertLicence(licence: string): void {
  try {
    parse(licence)
  } catch {
    throw new LicenceInvalidError({ licence })
  }
}
