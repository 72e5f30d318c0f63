import { describe, expect, test } from 'vitest'
import { artifactAddress } from './artifactAddress.js'

const cid = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'

describe('where artifacts come from', () => {
  test('default: an HTTP address, a folder of the content store through a gateway, or a folder on disk', () => {
    expect(artifactAddress('https://example.org/circuits', undefined)).toBe('https://example.org/circuits')
    expect(artifactAddress(`ipfs://${cid}`, 'http://127.0.0.1:8080/')).toBe(`http://127.0.0.1:8080/ipfs/${cid}`)
    expect(artifactAddress(`ipfs://${cid}/`, 'http://127.0.0.1:8080')).toBe(`http://127.0.0.1:8080/ipfs/${cid}`)
    expect(artifactAddress('circuits/build', undefined)).toBeUndefined()
  })

  test.each([
    ['no gateway', `ipfs://${cid}`, undefined, 'UsageError'],
    ['no CID', 'ipfs://', 'http://127.0.0.1', 'UsageError'],
    ['a path below', `ipfs://${cid}/../x`, 'http://127.0.0.1', 'UsageError'],
    ['a CID that is none', 'ipfs://bafynot', 'http://127.0.0.1', 'CidInvalidError'],
  ])('error: %s', (_, from, gateway, name) => {
    expect(() => artifactAddress(from, gateway)).toThrow(expect.objectContaining({ name }))
  })
})
