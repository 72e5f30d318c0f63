/** A source file on a money path, and the tests that must notice whatever is wrong with it. */
export interface Target {
  readonly file: string
  /** Contracts whose bytecode tells whether a mutant is one at all. */
  readonly contracts: readonly string[]
  readonly tests: readonly string[]
  /** Functions that move or decide about money; all of the file without it. */
  readonly functions?: RegExp
}

const vaultTests = ['unit/StakeVault/*.t.sol']
const registryTests = ['unit/TaskRegistry/*.t.sol']
const outcomes =
  /^(outcome|resolve|claim|prove|proveBatch|deliver|deliverBatch|score|scoreBatch|settle|mayLeave|missedDeadline|finalDeadline|admission|openDispute|_pay\w*|_score\w*|_prove\w*|_outcome\w*|_share\w*|_settle\w*)$/

/** Files are named from contracts/src, tests from contracts/test. */
export const targets: readonly Target[] = [
  // The registry alone locks, frees and slashes.
  { file: 'StakeVault.sol', contracts: ['StakeVault'], tests: [...vaultTests, ...registryTests] },
  { file: 'StakeLedger.sol', contracts: ['StakeVault'], tests: [...vaultTests, ...registryTests] },
  {
    file: 'TaskRegistry.sol',
    contracts: ['TaskRegistry'],
    tests: [...registryTests, ...vaultTests, 'invariant/Stakes.t.sol'],
  },
  { file: 'TaskRequests.sol', contracts: ['TaskRequests'], tests: registryTests },
  { file: 'libraries/TaskMoney.sol', contracts: ['TaskRegistry', 'TaskRequests'], tests: registryTests },
  {
    file: 'libraries/TokenTransfer.sol',
    contracts: ['TaskRegistry', 'StakeVault'],
    tests: [...registryTests, ...vaultTests],
  },
  {
    file: 'libraries/Grading.sol',
    contracts: ['HiddenGoldSettlement'],
    tests: ['unit/Grading/*.t.sol', 'unit/HiddenGoldSettlement/*.t.sol', 'unit/TaskRegistry/gradedPay.t.sol'],
  },
  {
    file: 'settlement/DirectSettlement.sol',
    contracts: ['DirectSettlement'],
    tests: ['unit/DirectSettlement/*.t.sol'],
  },
  {
    file: 'settlement/OptimisticSettlement.sol',
    contracts: ['OptimisticSettlement'],
    tests: ['unit/OptimisticSettlement/*.t.sol'],
    functions: outcomes,
  },
  {
    file: 'settlement/OpenGoldSettlement.sol',
    contracts: ['OpenGoldSettlement'],
    tests: ['unit/OpenGoldSettlement/*.t.sol'],
    functions: outcomes,
  },
  {
    file: 'settlement/HiddenGoldSettlement.sol',
    contracts: ['HiddenGoldSettlement'],
    tests: ['unit/HiddenGoldSettlement/*.t.sol'],
    functions: outcomes,
  },
  {
    // Hidden gold opens audits, and lays down what they lock and until when they wait.
    file: 'settlement/GoldAudit.sol',
    contracts: ['GoldAudit'],
    tests: ['unit/GoldAudit/*.t.sol', 'unit/HiddenGoldSettlement/openDispute.t.sol'],
  },
  {
    file: 'libraries/GoldPanel.sol',
    contracts: ['GoldAudit', 'HiddenGoldSettlement'],
    tests: ['unit/GoldAudit/*.t.sol', 'unit/HiddenGoldSettlement/*.t.sol'],
  },
]
