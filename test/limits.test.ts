import { guessProbability } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { digitsFor, FAILURES_WINDOW_MS, failuresBelow, sendBudget } from '../src/limits.js'
import { inWords } from '../src/words.js'

describe('the ladder', () => {
  it.each([
    [0, 6, 6],
    [4, 6, 6],
    [5, 6, 8],
    [49, 6, 8],
    [50, 6, 10],
    [1e6, 6, 10],
    [0, 7, 7],
    [5, 7, 8],
    [4, 9, 9],
    [5, 9, 9],
    [50, 9, 10],
    [0, 10, 10],
  ])('after %i failures, %i configured digits are %i', (failures, configured, digits) => {
    expect(digitsFor(failures, configured)).toBe(digits)
  })

  it.each([
    [6, 5],
    [7, 5],
    [8, 50],
    [9, 50],
    [10, 2 ** 53 - 1],
  ])('%i digits are long enough below %i failures', (digits, below) => {
    expect(failuresBelow(digits)).toBe(below)
  })

  it('never makes a code that is too short when it is made', () => {
    for (let failures = 0; failures < 60; failures++) {
      for (let configured = 6; configured <= 10; configured++) {
        expect(failuresBelow(digitsFor(failures, configured))).toBeGreaterThan(failures)
      }
    }
  })

  it('counts failures for 30 days', () => {
    expect(FAILURES_WINDOW_MS).toBe(30 * 24 * 3600 * 1000)
  })
})

describe('the send budget', () => {
  it('is five at once and one every 90 minutes, by default limits', () => {
    expect(sendBudget('b', { maxSendsPerHour: 5, maxSendsPerDay: 20 })).toEqual({
      key: 'b',
      burst: 5,
      refillMs: 90 * 60 * 1000,
    })
  })
})

it('a budget that refills at odd times does so in whole milliseconds', () => {
  expect(sendBudget('b', { maxSendsPerHour: 5, maxSendsPerDay: 11 }).refillMs).toBe(12_342_858)
})

describe('the guess figure', () => {
  it('is 7.9e-5 an address and year with the defaults', () => {
    expect(guessProbability()).toBeCloseTo(7.9e-5, 6)
    // 14 windows of 5 guesses at six digits and 45 at eight, and what is left of 29,220 at ten.
    expect(guessProbability()).toBeCloseTo(70e-6 + 630e-8 + 28_520e-10, 12)
  })

  it('stays below 1e-4 for every configuration that is accepted', () => {
    for (let maxAttempts = 1; maxAttempts <= 10; maxAttempts++) {
      for (let maxSendsPerHour = 1; maxSendsPerHour <= 20; maxSendsPerHour++) {
        for (let more = 0; more <= 23; more++) {
          const maxSendsPerDay = maxSendsPerHour + more
          if (maxAttempts * maxSendsPerDay > 200) continue
          const limits = { maxAttempts, maxSendsPerHour, maxSendsPerDay }
          expect(guessProbability(limits)).toBeLessThan(1e-4)
        }
      }
    }
  })
})

describe('a wait in words', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [90, '90 seconds'],
    [91, '2 minutes'],
    [3600, '60 minutes'],
    [5400, '90 minutes'],
    [5401, '2 hours'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words)
  })
})
