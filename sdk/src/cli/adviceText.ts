import type { BaseError } from '../core.js'

/** What of the SDK a command or a flag does, as its errors name it. */
const COMMANDS: Readonly<Record<string, string>> = {
  account: '--key-file',
  activateKey: 'veritask keys activate',
  admission: '--identity and --group, --semaphore-proof, --world-id-proof or --reputation',
  allowListAdmission: 'veritask work join',
  allowListOf: 'veritask task create',
  assessVoting: 'veritask work join',
  auditGold: 'veritask task audit',
  bond: 'veritask stake deposit',
  cancelProposal: 'veritask gov cancel',
  cancelTask: 'veritask task cancel',
  castVote: 'veritask gov vote',
  claim: 'veritask work claim',
  claimStatement: 'veritask work claim-statement',
  closeAudit: 'veritask task audit --close',
  commitLabels: 'veritask work commit',
  createTask: 'veritask task create',
  delegateVotes: 'veritask gov delegate',
  depositStake: 'veritask stake deposit',
  disputeSlot: 'veritask task dispute',
  drawBeacon: 'veritask task seed --beacon',
  drawPanel: 'veritask task audit --draw',
  executeProposal: 'veritask gov execute',
  freezeKeyWithProof: 'veritask keys freeze',
  getClaim: 'veritask task show',
  getPanel: 'veritask task show',
  getParameters: 'veritask gov params',
  getProposal: 'veritask gov show',
  getStake: 'veritask stake show',
  getTask: 'veritask task show',
  joinTask: 'veritask work join',
  leaveTask: 'veritask work leave',
  listProposals: 'veritask gov list',
  listVerifierKeys: 'veritask keys list',
  maxBond: '--max-bond',
  maxGas: '--max-gas',
  openGold: 'veritask task open-gold',
  propose: 'veritask gov propose',
  proveClaim: 'veritask work prove-statement',
  proveLabels: 'veritask work prove',
  proveScore: 'veritask task score',
  proveStatement: 'veritask work prove-statement',
  queueProposal: 'veritask gov queue',
  readReputation: 'veritask reputation show',
  recordReputation: 'veritask reputation record',
  relay: '--out',
  releaseBond: 'veritask task release-bond',
  resolveClaim: 'veritask work resolve',
  returnUnfilled: 'veritask task settle',
  revealSeed: 'veritask task seed',
  scoreSlot: 'veritask task score',
  scoreSlots: 'veritask task score',
  settleConsensus: 'veritask task settle',
  settleSlot: 'veritask task settle',
  settleSlots: 'veritask task settle',
  submitLabels: 'veritask work prove',
  submitProof: 'veritask work prove',
  submitProofs: 'veritask work submit',
  to: '--to',
  unbondStake: 'veritask stake unbond',
  verifyProofs: 'veritask keys verify',
  withdrawStake: 'veritask stake withdraw',
  wrapContentKeys: 'veritask task assign',
}

/** Functions without a command, as what a person gives instead. */
const PHRASES: Readonly<Record<string, string>> = {
  buildTree: 'what `veritask dataset create` registers',
  contextIndex: '`"contextIndex"` of the task file',
  createWalletClient: '`--key-file`',
  deployment: '`--deployment`',
  encodeRules: 'the rules of a task file',
  encryptLabels: '`veritask work prove`',
  generateKeyPair: '`veritask task create`',
  largestShareBps: '`"largestShareBps"` of the task file, or `--largest-share-bps`,',
  leanRoot: 'the group file',
  minAnonymity: '`"minAnonymity"` of the task file, or `--min-anonymity`',
  packGold: 'the gold of a task file',
  reputationCommitment: '`veritask reputation prove`',
  reputationGateData: 'the gate of a task file',
  stakePerSlot: '`"stake"` in the task file',
  statementContext: '`veritask work statement`',
  veritaskActions: '`--deployment`',
  worldIdGateData: 'the gate of a task file',
}

const SENT_ADVICE = ['It is kept until its fate is known: run the same command again.', 'Nothing is sent twice.']

/** Whole advice where the SDK's is about objects that a command line does not have. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  AccountRequiredError: ['Give --key-file FILE.'],
  AlreadyRegisteredError: ['Give it another name, or change what is registered.'],
  DeadlineTooNearError: [
    'Sending shows the encrypted labels to the requester even when the transaction comes too late to be paid: nothing was sent.',
  ],
  FeeTooHighError: [
    'Governance changed it meanwhile. Run the same command again: it shows the new fee before it sends.',
  ],
  RawPrivateKeyError: ['Give --key-file FILE or the name of an account.'],
  TaskExistsError: ['Give --new to create another task.'],
  MissingDeploymentError: ['Give --deployment FILE.'],
  SubmissionUncertainError: SENT_ADVICE,
  TransactionPendingError: [
    'Wait, then run the same command again: it waits for this very transaction, and sends no other.',
    'If it stays pending, its fee is too low or an earlier transaction of the account is missing.',
  ],
  TransactionReplacedError: [
    'It can never be mined, and nothing of it happened. Run the same command again to send it anew.',
  ],
}

/** What an error of the SDK advises, in the words of the command line. */
export function adviceOf({ name, metaMessages }: BaseError): string {
  return (ADVICE[name] ?? metaMessages).map(inCommands).join(' ')
}

/** A text of the SDK with commands and flags in the place of functions and parameters. */
export function inCommands(text: string): string {
  return text
    .replace(/`([a-z][a-zA-Z]*)(?:\([^`]*\))?`/g, (all, name: string) => {
      const command = COMMANDS[name]
      return command ? `\`${command}\`` : (PHRASES[name] ?? all)
    })
    .replaceAll('Call the same action again', 'Run the same command again')
}

/** Where an error names a second of the chain: ten digits after a word that only times follow. */
const SECONDS = /\b(at|until|after|was|deadline(?: "[^"]*")?|between|and) ([12]\d{9})\b(?! base units| s\b)/g

/** A text of the SDK with its times as a person reads them. */
export function withTimes(text: string, write: (seconds: bigint) => string): string {
  return text.replace(SECONDS, (_, word: string, seconds: string) => `${word} ${write(BigInt(seconds))}`)
}
