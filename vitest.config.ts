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
    // Nothing here waits on a wall clock, so a test that hangs is broken, not slow.
    testTimeout: 10_000,
  },
})
