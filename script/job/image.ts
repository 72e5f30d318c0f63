import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { imageBytes, imageSide } from './mnist.ts'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const headerBytes = 13
const grey8 = [8, 0, 0, 0, 0] as const

export const imageMediaType = 'image/png'

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A digit as an 8-bit grey PNG, which any labelling tool can show. */
export function encodePng(pixels: Uint8Array): Uint8Array {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(imageSide, 0)
  header.writeUInt32BE(imageSide, 4)
  header.set(grey8, 8)
  const rows = Buffer.alloc(imageBytes + imageSide)
  for (let row = 0; row < imageSide; row++) {
    rows.set(pixels.subarray(row * imageSide, (row + 1) * imageSide), row * (imageSide + 1) + 1)
  }
  return new Uint8Array(
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]),
  )
}

/** The pixels of a PNG written by {@link encodePng}; what a worker looks at. */
export function decodePng(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes)
  if (!file.subarray(0, signature.length).equals(signature)) throw new Error('not a PNG')
  const data: Buffer[] = []
  for (let at = signature.length; at < file.length; ) {
    const length = file.readUInt32BE(at)
    const body = file.subarray(at + 4, at + 8 + length)
    if (crc32(body) !== file.readUInt32BE(at + 8 + length)) throw new Error('PNG chunk with a wrong checksum')
    const type = body.toString('latin1', 0, 4)
    const content = body.subarray(4)
    if (type === 'IHDR') {
      const square = content.readUInt32BE(0) === imageSide && content.readUInt32BE(4) === imageSide
      if (!square || !content.subarray(8).equals(Buffer.from(grey8))) throw new Error('PNG of another shape')
    } else if (type === 'IDAT') data.push(content)
    at += length + 12
  }
  const rows = inflateSync(Buffer.concat(data), { maxOutputLength: imageBytes + imageSide })
  const pixels = new Uint8Array(imageBytes)
  for (let row = 0; row < imageSide; row++) {
    const start = row * (imageSide + 1)
    if (rows[start] !== 0) throw new Error('PNG row with a filter')
    pixels.set(rows.subarray(start + 1, start + 1 + imageSide), row * imageSide)
  }
  return pixels
}
