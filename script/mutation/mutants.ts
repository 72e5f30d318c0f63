import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'

export interface Mutant {
  /** Of the change and the function it is in, not of its line. */
  readonly id: string
  readonly file: string
  readonly function: string
  readonly line: number
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly from: string
  readonly to: string
}

interface Node {
  readonly nodeType?: string
  readonly src?: string
  readonly name?: string
  readonly kind?: string
  readonly operator?: string
  readonly leftExpression?: Node
  readonly rightExpression?: Node
  readonly leftHandSide?: Node
  readonly rightHandSide?: Node
  readonly subExpression?: Node
  readonly condition?: Node
  readonly trueBody?: Node
  readonly expression?: Node
  readonly arguments?: readonly Node[]
  readonly statements?: readonly Node[]
}

const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string }

/** What an operator may become: its neighbor at the boundary, and its opposite. */
const binary: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
}
const assignments: Readonly<Record<string, readonly string[]>> = { '+=': ['-=', '='], '-=': ['+=', '='] }

const spanOf = (node: Node | undefined): readonly [number, number] => {
  const [start = 0, length = 0] = (node?.src ?? '').split(':').map(Number)
  return [start, start + length]
}

const isRevert = (node: Node | undefined): boolean =>
  node?.nodeType === 'RevertStatement' ||
  (node?.nodeType === 'Block' && node.statements?.[0]?.nodeType === 'RevertStatement')

/** Every change of the file's functions that the operators know. Solidity is ASCII here, so bytes are characters. */
export function mutantsOf(file: string, source: string, functions?: RegExp): readonly Mutant[] {
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: 'Solidity',
        sources: { [file]: { content: source } },
        settings: { stopAfter: 'parsing', outputSelection: { '*': { '': ['ast'] } } },
      }),
    ),
  ) as { sources?: Record<string, { ast: Node }> }
  const ast = output.sources?.[file]?.ast
  if (ast === undefined) throw new Error(`${file} does not parse`)

  const found: Mutant[] = []
  const seen = new Map<string, number>()
  const add = (name: string, operator: string, start: number, end: number, to: string): void => {
    const from = source.slice(start, end)
    if (from === to) return
    const context = `${file} ${name} ${operator} ${source.slice(source.lastIndexOf('\n', start) + 1, end).trim()} → ${to}`
    const times = (seen.get(context) ?? 0) + 1
    seen.set(context, times)
    const id = createHash('sha256').update(`${context} ${times}`).digest('hex').slice(0, 8)
    const line = source.slice(0, start).split('\n').length
    found.push({ id, file, function: name, line, operator, start, end, from, to })
  }
  /** Replaces the operator that stands between two operands. */
  const between = (
    name: string,
    kind: string,
    left: Node | undefined,
    right: Node | undefined,
    from: string,
    to: string,
  ): void => {
    const [gapStart, gapEnd] = [spanOf(left)[1], spanOf(right)[0]]
    const at = source.slice(gapStart, gapEnd).indexOf(from)
    if (at >= 0) add(name, kind, gapStart + at, gapStart + at + from.length, to)
  }

  const visit = (node: unknown, name: string, isCallOf?: 'revert' | 'emit'): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, name, isCallOf)
      return
    }
    if (typeof node !== 'object' || node === null) return
    const one = node as Node
    const inside =
      one.nodeType === 'FunctionDefinition' ? (one.name === '' ? (one.kind ?? '') : (one.name ?? '')) : name
    const [start, end] = spanOf(one)
    const wanted = inside !== '' && (functions?.test(inside) ?? true)
    if (wanted && isCallOf === undefined) {
      if (one.nodeType === 'BinaryOperation') {
        for (const to of binary[one.operator ?? ''] ?? []) {
          between(inside, 'operator', one.leftExpression, one.rightExpression, one.operator ?? '', to)
        }
      }
      if (one.nodeType === 'Assignment') {
        for (const to of assignments[one.operator ?? ''] ?? []) {
          between(inside, 'assignment', one.leftHandSide, one.rightHandSide, one.operator ?? '', to)
        }
      }
      if (one.nodeType === 'UnaryOperation' && one.operator === '!') {
        add(inside, 'negation', start, end, source.slice(...spanOf(one.subExpression)))
      }
      if (one.nodeType === 'UnaryOperation' && one.operator === '++') {
        add(inside, 'increment', start, end, source.slice(start, end).replace('++', '--'))
      }
      if (one.nodeType === 'IfStatement' || one.nodeType === 'Conditional') {
        const [from, to] = spanOf(one.condition)
        add(inside, 'condition', from, to, `!(${source.slice(from, to)})`)
        if (one.nodeType === 'IfStatement' && isRevert(one.trueBody)) add(inside, 'guard', from, to, 'false')
      }
      if (one.nodeType === 'ExpressionStatement') {
        // With its semicolon, which the node leaves out; a branch may be this one statement.
        add(inside, 'deletion', start, source.indexOf(';', end) + 1, '{}')
      }
      if (one.nodeType === 'FunctionCall' && (one.arguments?.length ?? 0) > 1) {
        const all = one.arguments ?? []
        for (let i = 0; i + 1 < all.length; ++i) {
          const [first, second] = [spanOf(all[i]), spanOf(all[i + 1])]
          const swapped = source.slice(...second) + source.slice(first[1], second[0]) + source.slice(...first)
          add(inside, 'swap', first[0], second[1], swapped)
        }
      }
    }
    const within = one.nodeType === 'RevertStatement' ? 'revert' : one.nodeType === 'EmitStatement' ? 'emit' : isCallOf
    for (const child of Object.values(one)) visit(child, inside, within)
  }
  visit(ast, '')
  return found
}

export const applied = (source: string, { start, end, to }: Pick<Mutant, 'start' | 'end' | 'to'>): string =>
  source.slice(0, start) + to + source.slice(end)

/** The same shuffle for the same seed. */
export function shuffled<T extends { readonly id: string }>(all: readonly T[], seed: string): readonly T[] {
  const rank = (id: string): string => createHash('sha256').update(`${seed} ${id}`).digest('hex')
  return [...all].sort((a, b) => (rank(a.id) < rank(b.id) ? -1 : 1))
}
