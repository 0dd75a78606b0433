import { testStore } from 'passport-email-otp/testing'
import { describe, test } from 'vitest'
import { everyStore, STORES } from './list.js'

// memory-keeps-the-contract.test.ts runs it in memory.
const others = STORES.filter(({ isOfOneProcess = false }) => !isOfOneProcess)
everyStore((running) => testStore(() => running().clocked(), { describe, test }), others)
