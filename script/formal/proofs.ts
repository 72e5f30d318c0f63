/** A change to the code that is proven. The proof must be refuted under it, or it proves nothing. */
export interface Control {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Proof {
  readonly contract: string
  readonly file: string
  readonly controls: readonly Control[]
}

const ledger = 'contracts/src/StakeLedger.sol'
const money = 'contracts/src/libraries/TaskMoney.sol'
const stakes = 'contracts/formal/StakeProof.sol'

const inLedger = (from: string, to: string): Control => ({ file: ledger, from, to })
const inMoney = (from: string, to: string): Control => ({ file: money, from, to })

/** Every contract of contracts/formal, each with mutants of the code it is about: those that its assertions must notice. */
export const proofs: readonly Proof[] = [
  {
    contract: 'EscrowProof',
    file: 'contracts/formal/EscrowProof.sol',
    controls: [
      inMoney('? joined : slots', '? slots : joined'),
      inMoney('joined : slots) - ended', 'joined : slots) + ended'),
    ],
  },
  {
    contract: 'PaymentProof',
    file: 'contracts/formal/PaymentProof.sol',
    controls: [
      inMoney('(feePerSlot - fee)', '(feePerSlot)'),
      inMoney('reward / 2 ? reward / 2', 'reward ? reward'),
      inMoney('BPS = 10_000', 'BPS = 9_999'),
    ],
  },
  {
    contract: 'DepositProof',
    file: stakes,
    controls: [inLedger('_held[token] += amount;', '')],
  },
  {
    contract: 'UnbondProof',
    file: stakes,
    controls: [inLedger('.unbonding += amount', '.unbonding = amount')],
  },
  {
    contract: 'LockProof',
    file: stakes,
    controls: [inLedger('_locked[taskId][account] += amount', '_locked[taskId][account] = amount')],
  },
  {
    contract: 'ReleaseProof',
    file: stakes,
    controls: [inLedger('_stakes[account][token].locked -= amount', '_stakes[account][token].locked += amount')],
  },
  {
    contract: 'SlashProof',
    file: stakes,
    controls: [inLedger('_stakes[to][token].free += amount', '_stakes[account][token].free += amount')],
  },
  {
    contract: 'BurnProof',
    file: stakes,
    controls: [inLedger('_burned[token] += amount', '_burned[token] = amount')],
  },
  {
    contract: 'WithdrawProof',
    file: stakes,
    controls: [inLedger('_stakes[account][token].unbonding = 0;', '')],
  },
]
