import { taskRegistryAbi } from '@veritask/sdk/abi'
import {
  ContractFunctionExecutionError,
  ContractFunctionRevertedError,
  encodeErrorResult,
  UserRejectedRequestError,
} from 'viem'
import { expect, test } from 'vitest'
import { reasonOf } from './reason'

const ACCOUNT = `0x${'ab'.repeat(20)}` as const

function refused(data: `0x${string}`) {
  const cause = new ContractFunctionRevertedError({ abi: taskRegistryAbi, data, functionName: 'withdraw' })
  return new ContractFunctionExecutionError(cause, {
    abi: taskRegistryAbi,
    args: [ACCOUNT, ACCOUNT],
    functionName: 'withdraw',
  })
}

test('the contract’s refusals are said in words', () => {
  const data = encodeErrorResult({
    abi: taskRegistryAbi,
    errorName: 'TaskRegistry_NothingToWithdraw',
    args: [ACCOUNT, ACCOUNT],
  })
  expect(reasonOf(refused(data))).toBe('Nothing is left: someone has paid this credit out already.')
})

test('a refusal without words keeps its name', () => {
  const data = encodeErrorResult({ abi: taskRegistryAbi, errorName: 'TaskRegistry_PayoutZero' })
  expect(reasonOf(refused(data))).toBe('The contract refused: TaskRegistry_PayoutZero.')
})

test('declining is not an error of anyone', () => {
  const error = new ContractFunctionExecutionError(new UserRejectedRequestError(new Error('no')), {
    abi: taskRegistryAbi,
    args: [ACCOUNT, ACCOUNT],
    functionName: 'withdraw',
  })
  expect(reasonOf(error)).toBe('It was declined in the wallet.')
})

test('what a wallet says is untrusted text', () => {
  expect(reasonOf(new Error('pay \u202enow'))).toBe('pay \ufffdnow')
})
