// Stops what a Veritask command started when that command can no longer do it itself (SIGKILL, crash of the runtime).
// Reads process ids, one per line: "+pid" adds, "-pid" removes. When its input ends, it stops what is left.
import { createInterface } from 'node:readline'

const gracePeriodMilliseconds = 2000
const groups = new Set()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const pid = Number(line.slice(1))
  if (!Number.isInteger(pid) || pid <= 1) return
  if (line.startsWith('+')) groups.add(pid)
  else groups.delete(pid)
})
lines.on('close', () => {
  const signalAll = (signal) => {
    for (const pid of groups) {
      try {
        process.kill(-pid, signal)
      } catch {
        groups.delete(pid)
      }
    }
  }
  signalAll('SIGTERM')
  if (groups.size > 0) setTimeout(() => signalAll('SIGKILL'), gracePeriodMilliseconds)
})
