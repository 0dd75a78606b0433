import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Exit } from '../../src/cli/exit.js'
import type { Outgoing } from '../../src/cli/outgoing.js'
import { signIn } from '../../src/cli/sign-in.js'
import type { Terminal } from '../../src/cli/terminal.js'
import { CODE, NEW } from './program.js'

// In this process, because only here a test can move the clock.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Types this when so many seconds have passed. */
function after(seconds: number, typed: () => string): () => string {
  return () => {
    vi.setSystemTime(Date.now() + seconds * 1000)
    return typed()
  }
}

const anew = () => 'new'

/** Answers each prompt by what comes next in `typed`; what was said and asked is in `seen`. */
function scripted(typed: (() => string)[]) {
  const seen: string[] = []
  const complaints: string[] = []
  const terminal: Terminal = {
    say: (text = '') => void seen.push(text),
    complain: (text) => void complaints.push(text),
    async ask(prompt) {
      seen.push(prompt)
      const next = typed.shift()
      if (!next) throw new Error(`nobody expected "${prompt}"`)
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
      if (failing) throw Object.assign(new Error('no'), { code: 'EDNS' })
      codes.push(code)
    },
    caught: () => [],
    inWords: ({ code }) => `words for ${code}`,
    close: async () => {},
  }
  return { terminal, outgoing, seen, complaints, codes, fail }
}

test('after half a minute "new" mails the same code once more, and says what is left of its time', async () => {
  const typed = [after(61, anew), () => codes[0] ?? '']
  const { outgoing, terminal, seen, codes } = scripted(typed)
  await signIn(outgoing, terminal, 'ada@example.com')
  expect(codes).toEqual([codes[0], codes[0]])
  expect(seen.filter((text) => text.startsWith('Sending'))).toHaveLength(2)
  expect(seen).toContain(
    'The code has 6 digits and works for 9 minutes. Another mail can be sent in 30 seconds.',
  )
  expect(seen.at(-1)).toBe('Signed in as ada@example.com.')
})

test('a second mail that fails is told, and the first code goes on working', async () => {
  const anewInVain = () => {
    fail()
    return 'new'
  }
  const typed = [after(31, anewInVain), () => codes[0] ?? '']
  const { outgoing, terminal, seen, complaints, codes, fail } = scripted(typed)
  await signIn(outgoing, terminal, 'ada@example.com')
  expect(complaints).toEqual(['words for EDNS'])
  expect(seen).toContain('The code that you have goes on working.')
  expect(seen.at(-1)).toBe('Signed in as ada@example.com.')
})

test('an expired code is told, and "new" mails another one', async () => {
  const typed = [after(600, () => codes[0] ?? ''), anew, () => codes[1] ?? '']
  const { outgoing, terminal, seen, codes } = scripted(typed)
  await signIn(outgoing, terminal, 'ada@example.com')
  expect(seen).toContain('This code is no longer valid. Ask for a new one.')
  expect(seen.filter((text) => text === CODE || text === NEW)).toEqual([CODE, NEW, CODE])
  expect(codes[1]).not.toBe(codes[0])
})

test('an expired code and nothing typed: nobody is signed in', async () => {
  const typed = [after(600, () => '123456'), () => '']
  const { outgoing, terminal } = scripted(typed)
  const end = signIn(outgoing, terminal, 'ada@example.com')
  await expect(end).rejects.toMatchObject({ name: 'Exit', exitCode: 1 } satisfies Partial<Exit>)
})

test('what is broken otherwise is passed on as it is', async () => {
  const { outgoing, terminal } = scripted([])
  const broken = new Error('broken')
  const say = () => {
    throw broken
  }
  await expect(signIn(outgoing, { ...terminal, say }, 'nobody')).rejects.toBe(broken)
})
