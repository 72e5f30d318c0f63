const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const
const frameMilliseconds = 90

export interface Printer {
  /** Runs `work`, showing its name, its latest detail line and how long it took. */
  step<T>(name: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T>
  line(text?: string): void
}

const seconds = (start: number): string => `${((performance.now() - start) / 1000).toFixed(1)} s`

// Details come from child processes: strip what could move the cursor.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const plain = (text: string): string => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u001f]/g, ' ')

/** Progress on a stream: a spinner on a terminal, plain lines elsewhere. */
export function createPrinter(stream: NodeJS.WriteStream = process.stderr): Printer {
  const live = stream.isTTY === true && process.env.CI === undefined
  const write = (text: string): void => void stream.write(text)
  const clear = '\r\u001b[2K'

  return {
    line(text = '') {
      write(`${text}\n`)
    },
    async step(name, work) {
      const start = performance.now()
      let latest = ''
      let frame = 0
      let timer: NodeJS.Timeout | undefined
      if (live) {
        timer = setInterval(() => {
          const width = (stream.columns ?? 80) - 1
          const text = `  ${frames[frame++ % frames.length]} ${name} ${latest === '' ? '' : `· ${latest}`}`
          write(`${clear}${text.slice(0, width)}`)
        }, frameMilliseconds)
      } else {
        write(`  … ${name}\n`)
      }
      const finish = (mark: string, suffix: string): void => {
        if (timer !== undefined) clearInterval(timer)
        write(`${live ? clear : ''}  ${mark} ${name} ${suffix}\n`)
      }
      try {
        const result = await work((text) => {
          const next = plain(text).trim()
          if (next === '' || next === latest) return
          latest = next
          if (!live) write(`      ${next}\n`)
        })
        finish('✓', `(${seconds(start)})`)
        return result
      } catch (error) {
        finish('✗', `(failed after ${seconds(start)})`)
        throw error
      }
    },
  }
}
