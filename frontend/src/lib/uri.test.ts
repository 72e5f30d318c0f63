import { expect, test } from 'vitest'
import { safeHref } from './uri'

const GATEWAY = 'http://127.0.0.1:8080/'
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

test('https passes, and ipfs goes through the gateway', () => {
  expect(safeHref('https://example.org/data?x=1', GATEWAY)).toBe('https://example.org/data?x=1')
  expect(safeHref(`ipfs://${CID}`, GATEWAY)).toBe(`http://127.0.0.1:8080/ipfs/${CID}?format=raw`)
})

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'http://example.org',
  'blob:https://example.org/1',
  '//example.org',
  '/tasks',
  'https://user:secret@example.org',
  'ipfs://../../etc/passwd',
  `ipfs://${CID}/../../admin`,
  `ipfs://${CID}?x=javascript:`,
  'ipfs://',
  '',
])('%j is not a link', (uri) => {
  expect(safeHref(uri, GATEWAY)).toBeUndefined()
})
