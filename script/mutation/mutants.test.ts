import { expect, test } from 'vitest'
import { applied, mutantsOf, shuffled } from './mutants.ts'

const source = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;
contract Purse {
    uint256 internal total;
    function put(uint256 a, uint256 b) external {
        if (a < b) revert Broke();
        total += a - b;
        move(a, b);
    }
    function move(uint256 a, uint256 b) internal {
        ++total;
        emit Moved(a + b);
    }
    error Broke();
    event Moved(uint256 a);
}
`

test('default: every operator, once for each place and each thing it may become', () => {
  const changes = mutantsOf('Purse.sol', source).map(({ function: name, operator, from, to }) => [
    name,
    operator,
    from,
    to,
  ])
  expect(changes).toEqual([
    ['put', 'condition', 'a < b', '!(a < b)'],
    ['put', 'guard', 'a < b', 'false'],
    ['put', 'operator', '<', '<='],
    ['put', 'operator', '<', '>='],
    ['put', 'deletion', 'total += a - b;', '{}'],
    ['put', 'assignment', '+=', '-='],
    ['put', 'assignment', '+=', '='],
    ['put', 'operator', '-', '+'],
    ['put', 'deletion', 'move(a, b);', '{}'],
    ['put', 'swap', 'a, b', 'b, a'],
    ['move', 'deletion', '++total;', '{}'],
    ['move', 'increment', '++total', '--total'],
  ])
})

test('args: functions', () => {
  expect(new Set(mutantsOf('Purse.sol', source, /^move$/).map(({ function: name }) => name))).toEqual(new Set(['move']))
})

test('a mutant is one change, and keeps its id when lines move', () => {
  for (const mutant of mutantsOf('Purse.sol', source)) {
    expect(applied(source, mutant)).not.toBe(source)
    expect(applied(source, mutant).length - source.length).toBe(mutant.to.length - mutant.from.length)
  }
  const ids = (text: string) => mutantsOf('Purse.sol', text).map(({ id }) => id)
  expect(ids(source.replace('contract', '\n\ncontract'))).toEqual(ids(source))
  expect(new Set(ids(source)).size).toBe(ids(source).length)
})

test('args: seed', () => {
  const all = mutantsOf('Purse.sol', source)
  expect(shuffled(all, 'one')).toEqual(shuffled(all, 'one'))
  expect(shuffled(all, 'one')).not.toEqual(shuffled(all, 'two'))
})
