import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { gate } from '../helpers/gate.js'
import { ADA, codeEnteredWith, type Done } from './code-entered.js'

describe('the user is', () => {
  const late = gate()
  late.open()

  it.each<[string, (...args: never[]) => unknown]>([
    ['what the promise gives', async (email: string) => ({ email })],
    [
      'what a promise of no native kind gives',
      (email: string) => ({
        // biome-ignore lint/suspicious/noThenProperty: this is what it is about
        then: (resolve: (user: object) => void) => resolve({ email }),
      }),
    ],
    ['what done is called with, at once', (email: string, done: Done) => done(null, { email })],
    [
      'what done is called with, later',
      (email: string, done: Done) => {
        setImmediate(() => done(null, { email }))
      },
    ],
    [
      'what an async function calls done with',
      async (email: string, done: Done) => {
        await late.opened
        done(null, { email })
      },
    ],
    [
      'what an async function calls done with once it has returned',
      async (email: string, done: Done) => {
        setImmediate(() => done(null, { email }))
      },
    ],
    [
      'what an async function returns although it declares done',
      async (email: string, _done: Done) => {
        return { email }
      },
    ],
    [
      'what NestJS calls done with: it declares nothing, takes the last argument, and returns a promise of nothing',
      async (...args: unknown[]) => {
        await late.opened
        const done = args.at(-1) as Done
        done(null, { email: args[0] as string })
      },
    ],
    [
      'the first of two settlements',
      (email: string, done: Done) => {
        done(null, { email })
        done(null, false)
        done(new Error('too late'))
      },
    ],
  ])('%s', async (_title, verify) => {
    const { entered, agent } = await codeEnteredWith(verify)
    expect([entered.status, entered.body.user]).toEqual([200, ADA])
    expect((await agent.get('/')).body.user).toEqual(ADA)
  })
})

describe('nobody is signed in, and the code is used up, when', () => {
  it.each<[string, (...args: never[]) => unknown]>([
    ['the promise gives undefined', async () => undefined],
    ['the promise gives null', async () => null],
    ['the promise gives false', async () => false],
    [
      'the promise gives null although done is declared',
      async (_email: string, _done: Done) => null,
    ],
    ['done is called with false', (_email: string, done: Done) => done(null, false)],
    ['done is called with nothing', (_email: string, done: Done) => done(null)],
    [
      'a function of NestJS’s shape calls done with false',
      async (...args: unknown[]) => {
        const done = args.at(-1) as Done
        done(null, false)
      },
    ],
  ])('%s', async (_title, verify) => {
    const { entered, enter, agent, events } = await codeEnteredWith(verify)
    expect(entered.status).toBe(403)
    // Nor does the session change.
    expect(entered.headers).not.toHaveProperty('set-cookie')
    expect(entered.body.info).toEqual({
      reason: 'not_allowed',
      message: en.reasons.not_allowed,
      next: 'request_code',
    })
    expect((await agent.get('/')).body.user).toBeUndefined()
    expect((await enter()).body.info.reason).toBe('no_pending_code')
    // The code was right and the user was refused: both are told.
    expect(events.map(({ type }) => type)).toEqual([
      'issued',
      'sent',
      'verified',
      'rejected',
      'rejected',
    ])
    const [, , verified, refused] = events
    expect(refused?.addressHash).toBe(verified?.addressHash)
  })
})

describe('an error of the application reaches its error handler, and the code is used up, when', () => {
  const boom = new RangeError('the database is down')

  it.each<[string, (...args: never[]) => unknown]>([
    ['done is called with it', (_email: string, done: Done) => done(boom)],
    [
      'it is thrown',
      () => {
        throw boom
      },
    ],
    [
      'the promise rejects with it',
      async () => {
        throw boom
      },
    ],
    [
      'the promise rejects with it although done is declared',
      async (_email: string, _done: Done) => {
        throw boom
      },
    ],
    ['a user was given beside it', (_email: string, done: Done) => done(boom, ADA)],
  ])('%s', async (_title, verify) => {
    const { entered, enter, agent } = await codeEnteredWith(verify)
    expect([entered.status, entered.body.name, entered.body.message]).toEqual([
      500,
      'RangeError',
      'the database is down',
    ])
    expect((await agent.get('/')).body.user).toBeUndefined()
    expect((await enter()).body.info.reason).toBe('no_pending_code')
  })
})
