import { beforeEach, expect, test } from 'vitest'
import type { Exit } from '../../src/cli/exit.js'
import type { Outgoing } from '../../src/cli/outgoing.js'
import { CODE_STILL_WORKS, signedInText, signIn } from '../../src/cli/sign-in.js'
import type { Terminal } from '../../src/cli/terminal.js'
import { en } from '../../src/languages/en.js'
import { type Clock, SECOND, stopClock } from '../helpers/clock.js'
import { numbersIn } from '../helpers/documents.js'
import { CODE, NEW } from './program.js'

// The sign-in runs in the process of the test, because only here a test can move the clock.
let clock: Clock
beforeEach(() => {
  clock = stopClock(Date.now())
})

/** Moves the clock before it types. */
function after(seconds: number, typed: () => string): () => string {
  return () => {
    clock.pass(seconds * SECOND)
    return typed()
  }
}

const typeNew = () => 'new'

/** Answers each prompt with the next entry of `typed`. `seen` has the prompts and everything that was printed. */
function scripted(typed: (() => string)[]) {
  const seen: string[] = []
  const errors: string[] = []
  const terminal: Terminal = {
    print: (text = '') => void seen.push(text),
    printError: (text) => void errors.push(text),
    async readLine(prompt) {
      seen.push(prompt)
      const next = typed.shift()
      if (!next) throw new Error(`unexpected prompt "${prompt}"`)
      return next()
    },
    interrupted: new Promise(() => {}),
    close: () => {},
  }
  const codes: string[] = []
  let failing = false
  const fail = () => {
    failing = true
  }
  const outgoing: Outgoing = {
    shown: 'smtp.acme.example:587',
    sendCode({ code }) {
      if (failing) throw Object.assign(new Error('no'), { code: 'EDNS', notSent: true })
      codes.push(code)
    },
    caught: () => [],
    failureText: ({ code }) => `text for ${code}`,
    close: async () => {},
  }
  return { terminal, outgoing, seen, errors, codes, fail }
}

test('mails the same code again on "new" after half a minute, and shows its remaining lifetime', async () => {
  const typed = [after(61, typeNew), () => codes[0] ?? '']
  const { outgoing, terminal, seen, codes } = scripted(typed)
  await signIn(outgoing, terminal, 'ada@example.com')
  expect(codes).toEqual([codes[0], codes[0]])
  expect(seen.filter((text) => text.includes(outgoing.shown))).toHaveLength(2)
  const numbers = seen.map((text) => numbersIn(text).sort().join())
  expect(numbers).toContain(['6', '9', '30'].sort().join())
  expect(seen.at(-1)).toBe(signedInText('ada@example.com'))
})

test('reports a second mail that fails, and still accepts the first code', async () => {
  const newThatFails = () => {
    fail()
    return 'new'
  }
  const typed = [after(31, newThatFails), () => codes[0] ?? '']
  const { outgoing, terminal, seen, errors, codes, fail } = scripted(typed)
  await signIn(outgoing, terminal, 'ada@example.com')
  expect(errors).toEqual(['text for EDNS'])
  expect(seen).toContain(CODE_STILL_WORKS)
  expect(seen.at(-1)).toBe(signedInText('ada@example.com'))
})

test('reports an expired code, and mails another one on "new"', async () => {
  const typed = [after(600, () => codes[0] ?? ''), typeNew, () => codes[1] ?? '']
  const { outgoing, terminal, seen, codes } = scripted(typed)
  await signIn(outgoing, terminal, 'ada@example.com')
  expect(seen).toContain(en.reasons.expired_code)
  expect(seen.filter((text) => text === CODE || text === NEW)).toEqual([CODE, NEW, CODE])
  expect(codes[1]).not.toBe(codes[0])
})

test('exits with code 1 on Enter after an expired code', async () => {
  const typed = [after(600, () => '123456'), () => '']
  const { outgoing, terminal } = scripted(typed)
  const end = signIn(outgoing, terminal, 'ada@example.com')
  await expect(end).rejects.toMatchObject({ name: 'Exit', exitCode: 1 } satisfies Partial<Exit>)
})

test('passes any other error on unchanged', async () => {
  const { outgoing, terminal } = scripted([])
  const broken = new Error('broken')
  const print = () => {
    throw broken
  }
  await expect(signIn(outgoing, { ...terminal, print }, 'nobody')).rejects.toBe(broken)
})
