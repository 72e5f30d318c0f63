import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const COMPRESSIBLE = ['.html', '.js', '.css', '.json', '.svg', '.wasm', '.txt', '.map']
/** Below this a packet holds it anyway, in bytes. */
const LEAST_BYTES = 1024

/** Writes a gzip and a brotli file beside each that gets smaller by it: they are compressed once, and not for every visitor. */
function compressed(): Plugin {
  let directory = ''
  return {
    name: 'veritask:compressed',
    apply: 'build',
    configResolved: ({ root, build }) => {
      directory = resolve(root, build.outDir)
    },
    closeBundle: async () => {
      const names = await readdir(directory, { recursive: true })
      for (const name of names.filter((file) => COMPRESSIBLE.includes(extname(file)))) {
        const file = join(directory, name)
        const bytes = await readFile(file)
        if (bytes.length < LEAST_BYTES) continue
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }))
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: 'es2022',
    // An inlined asset would be a data: URI, which the content security policy allows for images alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
})
