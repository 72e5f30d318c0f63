/**
 * Witness calculator for circom 2 WebAssembly. Talks to the module through its exported 32-bit shared memory, keeps
 * nothing between proofs, and never prints: a circuit's own messages name templates and lines, not values.
 */

const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n
const WTNS_VERSION = 2
const FIELD_BYTES = 32
const FIELD_WORDS = FIELD_BYTES / 4

/** The circuit refuses these inputs. `message` carries template names and lines only. */
export class WitnessRejection extends Error {}

/**
 * @param {WebAssembly.Module} module compiled circuit
 * @param {Record<string, unknown>} inputs bigints or nested arrays of them, by signal name
 * @returns {Promise<Uint8Array>} a `.wtns` file; secret
 */
export async function calculateWitness(module, inputs) {
  const trace = []
  const { exports: circuit } = await WebAssembly.instantiate(module, {
    runtime: {
      exceptionHandler: () => {
        throw new WitnessRejection(trace.join('; '))
      },
      printErrorMessage: () => {
        const line = readMessage(circuit)
        if (/^Error in template \w+ line: \d+$/.test(line.trim())) trace.push(line.trim())
      },
      writeBufferMessage: () => {
        readMessage(circuit)
      },
      showSharedRWMemory: () => {},
    },
  })
  if (circuit.getFieldNumLen32() !== FIELD_WORDS) throw new WitnessRejection('the circuit is over another field')
  circuit.init(0)
  let given = 0
  for (const [name, value] of Object.entries(inputs)) given += setSignal(circuit, name, value)
  if (given !== circuit.getInputSize()) throw new WitnessRejection('inputs are missing')
  return witnessFile(circuit)
}

function readMessage(circuit) {
  let text = ''
  for (let code = circuit.getMessageChar(); code !== 0; code = circuit.getMessageChar())
    text += String.fromCharCode(code)
  return text
}

function setSignal(circuit, name, value) {
  const hash = signalHash(name)
  const [high, low] = [Number(hash >> 32n) | 0, Number(hash & 0xffffffffn) | 0]
  const values = [value].flat(Number.POSITIVE_INFINITY)
  if (circuit.getInputSignalSize(high, low) !== values.length)
    throw new WitnessRejection(`the circuit has no input ${name} of this size`)
  values.forEach((element, index) => {
    let rest = BigInt(element)
    for (let word = 0; word < FIELD_WORDS; word++) {
      circuit.writeSharedRWMemory(word, Number(rest & 0xffffffffn) | 0)
      rest >>= 32n
    }
    circuit.setInputSignal(high, low, index)
  })
  return values.length
}

/** FNV-1a, 64 bits: how a circuit's module names its inputs. */
function signalHash(name) {
  let hash = FNV_OFFSET
  for (const byte of new TextEncoder().encode(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME)
  return hash
}

/** The `.wtns` layout: magic, version, two sections (field and size; the witness), all little-endian. */
function witnessFile(circuit) {
  const size = circuit.getWitnessSize()
  const headerBytes = 4 + FIELD_BYTES + 4
  const file = new Uint8Array(12 + 12 + headerBytes + 12 + size * FIELD_BYTES)
  const view = new DataView(file.buffer)
  let offset = 0
  const u32 = (value) => {
    view.setUint32(offset, value, true)
    offset += 4
  }
  const section = (id, bytes) => {
    u32(id)
    view.setBigUint64(offset, BigInt(bytes), true)
    offset += 8
  }
  const element = () => {
    for (let word = 0; word < FIELD_WORDS; word++) u32(circuit.readSharedRWMemory(word))
  }
  file.set(new TextEncoder().encode('wtns'))
  offset = 4
  u32(WTNS_VERSION)
  u32(2)
  section(1, headerBytes)
  u32(FIELD_BYTES)
  circuit.getRawPrime()
  element()
  u32(size)
  section(2, size * FIELD_BYTES)
  for (let i = 0; i < size; i++) {
    circuit.getWitness(i)
    element()
  }
  return file
}
