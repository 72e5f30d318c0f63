import { init } from 'z3-solver'

/** Longest time for one query, in milliseconds; the slowest takes some seconds on a busy machine. */
const QUERY_TIMEOUT = 120_000

export interface Solver {
  /** `sat`, `unsat` or `unknown`, and the values that were asked for. */
  answer(query: string): Promise<string>
}

/** Z3 as WebAssembly, from npm: the same on every machine. */
export async function createSolver(): Promise<Solver> {
  const { Z3 } = await init()
  return {
    async answer(query) {
      const context = Z3.mk_context(Z3.mk_config())
      try {
        // solc asks for values whatever the answer; after `unsat` there are none, and Z3 says so in more lines.
        const answer = await Z3.eval_smtlib2_string(context, `(set-option :timeout ${QUERY_TIMEOUT})\n${query}`)
        return answer.startsWith('unsat') ? 'unsat\n' : answer
      } finally {
        Z3.del_context(context)
      }
    },
  }
}
