import { Hono } from 'hono'
import { answer } from './answer.js'
import {
  type Found,
  findByAddress,
  findByHash,
  findByNumber,
  findByPrefix,
  findByWords,
  type Hit,
  hitKinds,
} from './hits.js'
import { queryOf } from './parameters.js'
import { readSearch, type SearchTerms } from './search-terms.js'

/** Hits of all kinds together. */
const maxHits = 60

export const search = new Hono()

search.get('/', (c) => {
  const terms = readSearch(queryOf(c, ['q']).q)
  return answer(c, async () => {
    const found = await Promise.all(findAll(terms))
    const hits = merge(found.flatMap(({ hits }) => hits))
    return {
      text: terms.text,
      readAs: terms.readAs,
      problem: terms.problem ?? null,
      hits: hits.slice(0, maxHits),
      more: hits.length > maxHits || found.some(({ more }) => more),
    }
  })
})

function findAll({ hash, address, prefix, number, words }: SearchTerms): Promise<Found>[] {
  return [
    ...(hash === undefined ? [] : findByHash(hash)),
    ...(address === undefined ? [] : findByAddress(address)),
    ...(number === undefined ? [] : findByNumber(number)),
    ...(prefix === undefined ? [] : findByPrefix(prefix)),
    ...(words === undefined ? [] : findByWords(words)),
  ]
}

/** One hit for each thing that was found, by what was found first, and kinds together. */
function merge(hits: readonly Hit[]): Hit[] {
  const byThing = new Map<string, Hit>()
  for (const hit of hits) {
    const thing = `${hit.kind} ${hit.id}`
    const known = byThing.get(thing)
    if (known?.roles) byThing.set(thing, { ...known, roles: [...new Set([...known.roles, ...(hit.roles ?? [])])] })
    else if (!known) byThing.set(thing, hit)
  }
  return [...byThing.values()].sort((a, b) => hitKinds.indexOf(a.kind) - hitKinds.indexOf(b.kind))
}
