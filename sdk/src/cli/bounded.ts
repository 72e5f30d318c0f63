/** Files that are open at once: far below what any system allows one process. */
const AT_ONCE = 16

/** `Promise.all` over a mapping, with so many running at a time. */
export async function mapBounded<T, R>(
  entries: readonly T[],
  map: (entry: T, index: number) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results = new Array<R>(entries.length)
  let next = 0
  const work = async () => {
    while (next < entries.length) {
      const index = next++
      results[index] = await map(entries[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, entries.length) }, work))
  return results
}
