// Builds one circuit in a process of its own, so that several build side by side and snarkjs's memory is freed after each.
import { buildCircuit } from './lib/build.ts'

const name = process.argv[2]
if (name === undefined) throw new Error('usage: buildOne NAME')
const { compiled, keyed } = await buildCircuit(name)
console.log(JSON.stringify({ compiled, keyed }))
// snarkjs leaves its worker threads running.
process.exit(0)
