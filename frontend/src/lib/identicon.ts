/** A small symmetric picture of a hash: two hashes that differ look different before one has read them. */
export type Identicon = { cells: readonly { x: number; y: number }[]; hue: number; size: number }

const SIZE = 5
const HALF = Math.ceil(SIZE / 2)

export function identiconOf(hash: string): Identicon {
  const bytes = spread(hash)
  const cells: { x: number; y: number }[] = []
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < HALF; x++) {
      if (((bytes[y * HALF + x] ?? 0) & 1) === 0) continue
      cells.push({ x, y })
      if (x !== SIZE - 1 - x) cells.push({ x: SIZE - 1 - x, y })
    }
  }
  return { cells, hue: Math.round(((bytes[15] ?? 0) / 256) * 360), size: SIZE }
}

/** Sixteen bytes from a string (FNV-1a with a different start for each): stable, and not a security property. */
function spread(text: string): number[] {
  const FNV_PRIME = 0x01000193
  const FNV_OFFSET = 0x811c9dc5
  return Array.from({ length: 16 }, (_, lane) => {
    let state = (FNV_OFFSET ^ (lane * 0x9e3779b1)) >>> 0
    for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), FNV_PRIME) >>> 0
    return (state ^ (state >>> 13)) & 0xff
  })
}
