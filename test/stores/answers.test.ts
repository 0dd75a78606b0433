import { describe, expect, it } from 'vitest'
import { attemptResult, openResult } from '../../src/stores/answers.js'

// Servers answer with words and numbers, some of them as text, and with null for what is absent.

describe('an answer of a server to open', () => {
  it.each([
    ['opened', { failures: '7', retryAfterMs: null }, { failures: 7 }],
    ['reopened', { failures: null, retryAfterMs: null }, {}],
    ['taken', { failures: 3, retryAfterMs: 5 }, {}],
    ['waiting', { failures: null, retryAfterMs: '30000' }, { retryAfterMs: 30_000 }],
    ['waiting', { retryAfterMs: 0 }, { retryAfterMs: 0 }],
    ['waiting', { failures: '0', retryAfterMs: '1.5' }, { failures: 0, retryAfterMs: 1.5 }],
    ['limited', { failures: null, retryAfterMs: 5_400_000 }, { retryAfterMs: 5_400_000 }],
  ])('%s with %o is read as a result', (outcome, numbers, expected) => {
    expect(openResult(outcome, numbers)).toStrictEqual({ outcome, ...expected })
  })

  it.each([
    ['opened', { failures: null }, { failures: Number.NaN }],
    ['opened', {}, { failures: Number.NaN }],
    ['limited', { retryAfterMs: null }, { retryAfterMs: Number.NaN }],
    ['waiting', { failures: 'x', retryAfterMs: 1 }, { failures: Number.NaN, retryAfterMs: 1 }],
  ])(
    '%s with %o has a number that the strategy rejects, and no 0',
    (outcome, numbers, expected) => {
      expect(openResult(outcome, numbers)).toStrictEqual({ outcome, ...expected })
    },
  )
})

describe('an answer of a server to attempt', () => {
  it.each([
    ['accepted', { failures: '4', attemptsLeft: null }, { failures: 4 }],
    ['wrong', { failures: 1, attemptsLeft: '4' }, { failures: 1, attemptsLeft: 4 }],
    ['wrong', { failures: 5, attemptsLeft: 0 }, { failures: 5, attemptsLeft: 0 }],
    ['spent', { failures: 1, attemptsLeft: 0 }, {}],
    ['stale', { failures: 9 }, {}],
    ['unknown', {}, {}],
    ['accepted', {}, { failures: Number.NaN }],
    ['wrong', { failures: 1 }, { failures: 1, attemptsLeft: Number.NaN }],
  ])('%s with %o is read as a result', (outcome, numbers, expected) => {
    expect(attemptResult(outcome, numbers)).toStrictEqual({ outcome, ...expected })
  })
})

it.each(['', 'ACCEPTED', 'cancelled', null, undefined, 1, ['opened'], { outcome: 'opened' }])(
  'an outcome that no store knows is an error: %o',
  (outcome) => {
    expect(() => openResult(outcome, { failures: 0, retryAfterMs: 0 })).toThrow(TypeError)
    expect(() => attemptResult(outcome, { failures: 0, attemptsLeft: 0 })).toThrow(TypeError)
  },
)
