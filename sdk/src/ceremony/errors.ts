import { BaseError } from '../errors/base.js'
import { FILE_KINDS, type FileKind } from './fileKinds.js'

const DAMAGED_ADVICE = 'It was not used. Get it again and compare its hash with the published one.'

/** A file of a ceremony (zkey, r1cs, powers of tau, transcript) that is truncated, damaged or not what it must be. */
export class CeremonyFileError extends BaseError {
  override name = 'CeremonyFileError'
  /**
   * @param file - Name of the file.
   * @param reason - What is wrong with it, as the end of a sentence.
   * @param advice - What to do; left out, to get the file again.
   */
  constructor(
    readonly file: string,
    readonly reason: string,
    cause?: unknown,
    advice: string = DAMAGED_ADVICE,
  ) {
    super(`${file} cannot be used: ${reason}.`, { metaMessages: [advice], cause })
  }
}

/** What to do about a whole file on another curve. */
export const OTHER_CURVE_ADVICE = 'Only BN254 is verified here: compile and set up for it (`--prime bn128` of circom).'

/** A file of another kind than the step needs: whole, as far as can be seen, and in the wrong place. */
export class WrongFileError extends CeremonyFileError {
  override name = 'WrongFileError'
  /**
   * @param file - Name of the file.
   * @param found - What it is.
   * @param needed - What is needed, with its article.
   */
  constructor(
    file: string,
    readonly found: FileKind,
    readonly needed: string,
  ) {
    const { is, advice } = FILE_KINDS[found]
    super(file, `it is ${is}, and ${needed} is needed`, undefined, advice ?? `Give ${needed}.`)
  }
}

/** A step that would leave the ceremony worthless; nothing was written. */
export class CeremonyStepRefusedError extends BaseError {
  override name = 'CeremonyStepRefusedError'
  /**
   * @param reason - Why, as a sentence without its full stop.
   * @param advice - What to do instead.
   */
  constructor(
    readonly reason: string,
    advice: string,
  ) {
    super(`${reason}.`, { metaMessages: [advice] })
  }
}

/** A key that the audit refuses, or that comes from no ceremony where one is needed. */
export class KeyAuditFailedError extends BaseError {
  override name = 'KeyAuditFailedError'
  constructor(readonly reason: string) {
    super(`The key must not be used: ${reason}.`, {
      metaMessages: ['Run `veritask keys audit` on the proving key and read its lines.'],
    })
  }
}
