/** Trusted setups: audit of keys, powers of tau, and phase 2 from files. */
export {
  applyBeacon,
  type CeremonyReport,
  type ContributeReturnType,
  compareWithCircuit,
  contribute,
  type InitCeremonyReturnType,
  initCeremony,
  type VerifyCeremonyParameters,
  verifyCeremony,
} from './ceremony.js'
export { rebuiltDevelopmentHash } from './development.js'
export { downloadPowersOfTau } from './download.js'
export { CeremonyFileError, CeremonyStepRefusedError, WrongFileError } from './errors.js'
export { fileKindOf } from './fileKind.js'
export type { FileKind } from './fileKinds.js'
export { type FinalizeCeremonyReturnType, finalizeCeremony } from './finalize.js'
export { checkPowersOfTau, type PowersOfTauContribution, type PowersOfTauReport } from './powersOfTau.js'
export { type KnownPowersOfTau, knownPowersOfTau, publicPowersOfTauHash } from './powersOfTauHashes.js'
export type { Circuit } from './r1csFile.js'
export {
  type CeremonyTranscript,
  parseTranscript,
  readTranscript,
  type TranscriptContribution,
  transcriptText,
} from './transcript.js'
export { auditZkey } from './zkeyFile.js'
