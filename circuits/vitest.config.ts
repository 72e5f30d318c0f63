import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Compilations and witnesses are heavy: two files at a time fit two cores.
    maxWorkers: 2,
  },
})
