/** The parts of solc's syntax tree that a proof is read by. */
interface Node {
  readonly id?: number
  readonly nodeType?: string
  readonly name?: string
  readonly src?: string
  readonly visibility?: string
  readonly contractKind?: string
  readonly linearizedBaseContracts?: readonly number[]
  readonly expression?: Node
  readonly referencedDeclaration?: number
}

export interface SourceUnit {
  readonly id: number
  readonly ast: Node
}

interface FunctionNode {
  readonly id: number
  /** Declared in a library: the model checker looks at it only where it is called. */
  readonly inLibrary: boolean
  readonly isPublic: boolean
  readonly file: string
  readonly start: number
  readonly end: number
  readonly calls: readonly number[]
}

export interface Reach {
  /** How many places the contract reaches a function from, and in which function an offset of a file lies. */
  readonly callsOf: (file: string, offset: number) => { readonly places: number; readonly alsoAlone: boolean }
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item)
  } else if (typeof value === 'object' && value !== null) {
    yield value as Node
    for (const child of Object.values(value)) yield* nodesOf(child)
  }
}

function functionsOf(sources: Readonly<Record<string, SourceUnit>>): ReadonlyMap<number, FunctionNode> {
  const found = new Map<number, FunctionNode>()
  for (const [file, { ast }] of Object.entries(sources)) {
    for (const contract of nodesOf(ast)) {
      if (contract.nodeType !== 'ContractDefinition') continue
      for (const node of nodesOf(contract)) {
        if (node.nodeType !== 'FunctionDefinition' || node.id === undefined) continue
        const [start = 0, length = 0] = (node.src ?? '').split(':').map(Number)
        const calls = [...nodesOf(node)]
          .filter(({ nodeType }) => nodeType === 'FunctionCall')
          .flatMap(({ expression }) => expression?.referencedDeclaration ?? [])
        found.set(node.id, {
          id: node.id,
          inLibrary: contract.contractKind === 'library',
          isPublic: node.visibility === 'external' || node.visibility === 'public',
          file,
          start,
          end: start + length,
          calls,
        })
      }
    }
  }
  return found
}

/** Counts, from every external function of the contract, the chains of calls that lead to each function. */
export function reachOf(sources: Readonly<Record<string, SourceUnit>>, file: string, contract: string): Reach {
  const functions = functionsOf(sources)
  const definition = [...nodesOf(sources[file]?.ast)].find(
    (node) => node.nodeType === 'ContractDefinition' && node.name === contract,
  )
  if (definition === undefined) throw new Error(`${file} has no contract ${contract}`)
  const [start = 0, length = 0] = (definition.src ?? '').split(':').map(Number)
  const places = new Map<number, number>()
  const follow = (id: number): void => {
    const called = functions.get(id)
    if (called === undefined) return
    places.set(id, (places.get(id) ?? 0) + 1)
    for (const next of called.calls) follow(next)
  }
  for (const entry of functions.values()) {
    if (entry.isPublic && entry.file === file && entry.start >= start && entry.end <= start + length) follow(entry.id)
  }
  return {
    callsOf(at, offset) {
      const holder = [...functions.values()].find(
        (candidate) => candidate.file === at && candidate.start <= offset && offset < candidate.end,
      )
      if (holder === undefined) return { places: 1, alsoAlone: false }
      return { places: places.get(holder.id) ?? 0, alsoAlone: !holder.isPublic && !holder.inLibrary }
    },
  }
}
