import { inverse, mod } from './field.ts'

/** Σ terms + constant = 0, with the constraints and the known wires it was made of. */
export interface Row {
  readonly terms: ReadonlyMap<number, bigint>
  readonly constant: bigint
  readonly by: readonly number[]
  readonly from: readonly number[]
}

export interface Eliminated {
  /** For each pivot, its row: no other pivot occurs in it. */
  readonly pivots: ReadonlyMap<number, Row>
  /** Combinations of rows in which no unknown is left. */
  readonly rest: readonly Row[]
}

/** Gauss–Jordan elimination over sparse rows, with pivots among the unknowns. */
export function eliminate(rows: Iterable<Row>, unknown: (wire: number) => boolean = () => true): Eliminated {
  const pivots = new Map<number, Row>()
  /** For each wire, the pivots of rows it may occur in. */
  const holders = new Map<number, Set<number>>()
  const rest: Row[] = []
  const keep = (pivot: number, row: Row): void => {
    pivots.set(pivot, row)
    for (const wire of row.terms.keys())
      if (unknown(wire)) holders.set(wire, (holders.get(wire) ?? new Set()).add(pivot))
  }
  for (const row of rows) {
    let reduced = row
    for (const wire of row.terms.keys()) {
      const pivot = pivots.get(wire)
      if (pivot !== undefined) reduced = subtract(reduced, pivot, wire)
    }
    const first = [...reduced.terms.keys()].find(unknown)
    if (first === undefined) {
      rest.push(reduced)
      continue
    }
    for (const other of [...(holders.get(first) ?? [])]) {
      const held = pivots.get(other)
      if (held?.terms.has(first) === true) keep(other, subtract(held, reduced, first))
    }
    keep(first, reduced)
  }
  return { pivots, rest }
}

/** `row` without `wire`, by a multiple of `pivot`. */
function subtract(row: Row, pivot: Row, wire: number): Row {
  const factor = mod(-row.terms.get(wire)! * inverse(pivot.terms.get(wire)!))
  const terms = new Map(row.terms)
  for (const [other, coefficient] of pivot.terms) {
    const sum = mod((terms.get(other) ?? 0n) + factor * coefficient)
    if (sum === 0n) terms.delete(other)
    else terms.set(other, sum)
  }
  return {
    terms,
    constant: mod(row.constant + factor * pivot.constant),
    by: [...new Set([...row.by, ...pivot.by])],
    from: [...new Set([...row.from, ...pivot.from])],
  }
}
