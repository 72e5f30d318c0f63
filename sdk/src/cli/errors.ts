import { BaseError } from '../core.js'

/** The command line itself is wrong: exit code 2. */
export class UsageError extends BaseError {
  override name = 'UsageError'
  constructor(reason: string, advice = 'See `veritask --help`.') {
    super(reason, { metaMessages: [advice] })
  }
}

/** A file the command needs cannot be read or does not say what it must. */
export class InputFileError extends BaseError {
  override name = 'InputFileError'
  constructor({ file, reason, advice, cause }: { file: string; reason: string; advice: string; cause?: unknown }) {
    super(`${file}: ${reason}.`, { metaMessages: [advice], cause })
  }
}

export class KeyFileError extends BaseError {
  override name = 'KeyFileError'
  constructor({ file, reason }: { file: string; reason: string }) {
    super(`The key file ${file} cannot be used: ${reason}.`, {
      metaMessages: [
        'Give an encrypted keystore (version 3) or a JSON file {"privateKey": "0x…"} that only you can read.',
      ],
    })
  }
}

export class PassphraseRequiredError extends BaseError {
  override name = 'PassphraseRequiredError'
  constructor() {
    super('A passphrase is needed and there is no terminal to ask for it.', {
      metaMessages: ['Set the environment variable VERITASK_PASSPHRASE.'],
    })
  }
}

/** What is typed is not what the secrets of the folder are under; nothing is kept or sent. */
export class WrongPassphraseError extends BaseError {
  override name = 'WrongPassphraseError'
  constructor({ directory }: { directory: string }) {
    super(`This is not the passphrase of ${directory}. Nothing was kept and nothing was sent.`, {
      metaMessages: [
        'Type it again, or check VERITASK_PASSPHRASE.',
        'One folder has one passphrase: for another, give another folder with --state DIR.',
      ],
    })
  }
}

/** A new passphrase was not typed the same twice. */
export class PassphraseNotConfirmedError extends BaseError {
  override name = 'PassphraseNotConfirmedError'
  constructor() {
    super('The two passphrases differ. Nothing was kept and nothing was sent.', {
      metaMessages: ['Run the command again. A lost passphrase cannot be replaced: keep it where you find it.'],
    })
  }
}

/** Kept secrets do not open: wrong passphrase, or the file was altered. */
export class VaultLockedError extends BaseError {
  override name = 'VaultLockedError'
  constructor({ file }: { file: string }) {
    super(`${file} does not open with this passphrase.`, {
      metaMessages: ['Check VERITASK_PASSPHRASE. If it is right, the file was altered or damaged.'],
    })
  }
}

export class NotKeptError extends BaseError {
  override name = 'NotKeptError'
  constructor({ what, directory }: { what: string; directory: string }) {
    super(`${directory} holds no ${what}.`, {
      metaMessages: ['Use the account and the --state directory with which the task was created, joined or committed.'],
    })
  }
}

/** As SubmissionUncertainError, with the command that finishes it. */
export class TaskCreationUncertainError extends BaseError {
  override name = 'TaskCreationUncertainError'
  constructor({ taskId, cause }: { taskId: string; cause: BaseError }) {
    super(cause.shortMessage, {
      metaMessages: [
        `Run the same command again, or with --resume ${taskId}:`,
        'it first looks for the task on the chain and sends only if it is not there.',
      ],
      ...(cause.details ? { details: cause.details } : {}),
      cause,
    })
  }
}

/** The class names of a task are in its payload, and that cannot be read. */
export class ClassNamesUnavailableError extends BaseError {
  override name = 'ClassNamesUnavailableError'
  constructor({ taskId, cause }: { taskId: string; cause: unknown }) {
    const why = cause instanceof BaseError ? cause.shortMessage : 'The node did not answer.'
    super(`The class names of task ${taskId} could not be loaded: ${why}`, {
      metaMessages: ['Labels are written by them. Check --store or --gateway and run the command again.'],
      cause,
    })
  }
}

/** A consensus is asked for that the chain does not have. */
export class NotDecidedError extends BaseError {
  override name = 'NotDecidedError'
  constructor({ taskId, phase, until }: { taskId: string; phase: string; until: string | null }) {
    super(`The consensus of task ${taskId} is not proven: the task is ${phase}${until ? ` until ${until}` : ''}.`, {
      metaMessages: ['Its aggregator proves it with `veritask task settle`.'],
    })
  }
}

/** The items of a worker follow from a seed that is not there yet. */
export class NotDrawnError extends BaseError {
  override name = 'NotDrawnError'
  constructor({ taskId, slot, drawing }: { taskId: string; slot: number; drawing: Drawing }) {
    const over = drawing.stands === 'over'
    super(`Which items of task ${taskId} go to slot ${slot} is not drawn${over ? ' and will not be' : ' yet'}.`, {
      metaMessages: drawingAdvice(taskId, drawing),
    })
  }
}

/** What is missing before a worker's items are known, and until when it is waited for. */
export type Drawing =
  | { readonly stands: 'joining' | 'beacon' | 'seed'; readonly until: string }
  | { readonly stands: 'over' }

function drawingAdvice(taskId: string, drawing: Drawing): string[] {
  const beacon = `veritask task seed ${taskId} --beacon`
  if (drawing.stands === 'over')
    return [
      'The requester did not show the seed in time. The slot ends without a loss of stake: `veritask task settle`.',
    ]
  const { stands, until } = drawing
  const silent = 'If it stays silent the slot ends without a loss of stake.'
  if (stands === 'seed') return [`Wait until the requester runs \`veritask task seed\`, by ${until}. ${silent}`]
  const when = stands === 'joining' ? `Once joining is over (by ${until})` : 'Do not wait for the requester'
  return [
    `${when}: run \`${beacon}\`, as anyone may.`,
    'Left to the requester alone, it can let a beacon it dislikes be forgotten in 256 blocks and take another.',
    stands === 'joining' ? `Then it shows the seed. ${silent}` : `Then it shows the seed, by ${until}. ${silent}`,
  ]
}

/** Reputation is of work that a proof accepted. */
export class NotAcceptedError extends BaseError {
  override name = 'NotAcceptedError'
  constructor({ taskId, slot, state, ending }: { taskId: string; slot: number; state: string; ending: string }) {
    super(
      `Slot ${slot} of task ${taskId} is ${state}${ending === 'none' ? '' : ` (${ending})`}: it cannot be recorded.`,
      {
        metaMessages: ['A slot counts once it is paid with a proven score; silence pays without one.'],
      },
    )
  }
}
