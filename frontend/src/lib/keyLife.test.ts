import { expect, test } from 'vitest'
import type { KeyDetailRow } from '../api/types'
import { keyLife } from './keyLife'

const proposed: KeyDetailRow = {
  id: '0x01',
  name: null,
  proofSystem: '0x02',
  proofSystemName: null,
  status: 'proposed',
  development: false,
  manifestHash: '0x03',
  gasCap: '600000',
  signalCount: 4,
  dependsOn: null,
  dependents: [],
  needsChallenge: false,
  freezableByProof: false,
  activeAt: '160',
  proposedAt: '100',
  proposedTransaction: '0xa0',
  activatedAt: null,
  activatedTransaction: null,
  frozenAt: null,
  frozenTransaction: null,
  frozenBy: null,
  frozenFrom: null,
  frozenReason: null,
  advisoryId: null,
  advisoryUri: null,
  frozenExploit: null,
  frozenExploitSize: null,
  dependencyFrozenAt: null,
  dependencyFrozenTransaction: null,
  receipts: 0,
  keyData: '0x',
  recentReceipts: [],
}
const active = { ...proposed, status: 'active', activatedAt: '200', activatedTransaction: '0xa1' }
const frozen = {
  ...active,
  status: 'frozen',
  frozenAt: '300',
  frozenTransaction: '0xa2',
  frozenBy: '0x04',
  frozenReason: 'broken',
  frozenExploit: '0x1234',
  frozenExploitSize: 2,
}
const titles = (key: KeyDetailRow) => keyLife(key).map(({ title }) => title)

test('a proposed key says when it can be activated', () => {
  expect(keyLife(proposed)).toEqual([
    { title: 'Proposed', tone: 'wait', seconds: '100', transaction: '0xa0' },
    { title: 'Can be activated', tone: 'idle', seconds: '160', transaction: null },
  ])
  expect(titles(active)).toEqual(['Proposed', 'Activated'])
})

test('a frozen key says who froze it, why, and on what evidence', () => {
  expect(keyLife(frozen).at(-1)).toEqual({
    title: 'Frozen for ever',
    tone: 'bad',
    seconds: '300',
    transaction: '0xa2',
    text: 'broken',
    by: '0x04',
    evidence: '0x1234',
    evidenceSize: 2,
  })
  expect(keyLife({ ...frozen, frozenExploit: '0x' }).at(-1)).not.toHaveProperty('evidence')
  expect(keyLife({ ...frozen, frozenReason: '' }).at(-1)?.text).toBe('No reason was given.')
  expect(titles({ ...proposed, status: 'frozen', frozenAt: '120' })).toEqual(['Proposed', 'Frozen for ever'])
})

test('a key ends with the key it depends on, recorded or not, in the order it happened', () => {
  const base = { ...active, status: 'frozen', dependencyFrozenAt: '250', dependencyFrozenTransaction: '0xa3' }
  expect(titles(base)).toEqual(['Proposed', 'Activated', 'Frozen with the key it depends on'])
  expect(titles({ ...frozen, dependencyFrozenAt: '250' })).toEqual([
    'Proposed',
    'Activated',
    'Frozen with the key it depends on',
    'Recorded as frozen',
  ])
  expect(titles({ ...frozen, dependencyFrozenAt: '400' }).slice(2)).toEqual([
    'Frozen for ever',
    'Frozen with the key it depends on',
  ])
})
