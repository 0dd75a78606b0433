import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // Tests import the package by its name, as its users do, and get the source.
    alias: { 'passport-email-otp': fileURLToPath(new URL('./src/index.ts', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Nothing here waits on a wall clock, so a test that hangs is broken, not slow.
    testTimeout: 10_000,
  },
})
