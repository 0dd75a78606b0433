import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // Tests import the package by its name, as its users do, and get the source.
    alias: Object.entries({
      'passport-email-otp': './src/index.ts',
      'passport-email-otp/redis': './src/stores/redis.ts',
      'passport-email-otp/postgres': './src/stores/postgres.ts',
      'passport-email-otp/testing': './src/testing/index.ts',
    }).map(([name, file]) => ({
      find: new RegExp(`^${name}$`),
      replacement: fileURLToPath(new URL(file, import.meta.url)),
    })),
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Many files wait for a server or a browser of theirs most of the time.
    maxWorkers: availableParallelism() + 1,
    // Nothing here waits on a wall clock, so a test that hangs is broken, not slow.
    testTimeout: 10_000,
  },
})
