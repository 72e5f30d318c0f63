import { BaseError } from '../errors/base.js'

/** A file of a ceremony (zkey, r1cs, powers of tau, transcript) that is truncated, damaged or not what it must be. */
export class CeremonyFileError extends BaseError {
  override name = 'CeremonyFileError'
  /**
   * @param file - Name of the file.
   * @param reason - What is wrong with it, as the end of a sentence.
   */
  constructor(
    readonly file: string,
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`${file} cannot be used: ${reason}.`, {
      metaMessages: ['It was not used. Get it again and compare its hash with the published one.'],
      cause,
    })
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
