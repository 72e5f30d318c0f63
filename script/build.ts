/** `npm run build`: everything a run needs, skipping what is already built from the same inputs. */
import { buildCircuits, buildContracts, buildFrontend, buildSdk } from './lib/build.ts'
import { createProcesses } from './lib/processes.ts'
import { createPrinter } from './lib/progress.ts'

const processes = createProcesses()
const printer = createPrinter()
try {
  await printer.step('contracts', (detail) => buildContracts(processes, detail))
  await printer.step('SDK', (detail) => buildSdk(processes, detail))
  await printer.step('circuits', (detail) => buildCircuits(processes, detail, []))
  await printer.step('explorer', (detail) => buildFrontend(processes, detail))
} catch (error) {
  printer.line(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await processes.stopAll()
}
