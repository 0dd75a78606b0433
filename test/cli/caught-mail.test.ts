import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Catcher, startCatcher } from '../../src/cli/catcher.js'

let catcher: Catcher
let transport: ReturnType<typeof createTransport>

beforeAll(async () => {
  catcher = await startCatcher()
  transport = createTransport({ url: catcher.url })
})
afterAll(() => catcher.close())

async function caught(subject: string, text: string): Promise<string[]> {
  const from = 'Zoë <z@acme.example>'
  // Otherwise nodemailer would wrap long lines itself.
  const textEncoding = 'quoted-printable'
  await transport.sendMail({ from, to: 'ada@example.com', subject, text, textEncoding })
  return catcher.take()
}

test('shows a caught mail as text, with decoded headers and a bar at the left', async () => {
  expect(await caught('Grüße', 'Hello\n\nWorld\n')).toEqual([
    '  | From: Zoë <z@acme.example>\n' +
      '  | To: ada@example.com\n' +
      '  | Subject: Grüße\n' +
      '  |\n' +
      '  | Hello\n' +
      '  |\n' +
      '  | World',
  ])
})

test('removes the control characters of a caught mail, so that it cannot move the cursor', async () => {
  const [shown] = await caught('a\x1b[2Jb', 'c\x1b[1;1Hd\x07\x9b2J\ne')
  expect(shown).not.toMatch(/[^\P{Cc}\n]/u)
  expect(shown).toContain('  | c[1;1Hd2J\n  | e')
})

test('wraps a long line between words and loses no text', async () => {
  const words = Array.from({ length: 60 }, (_, i) => `word${i}`)
  const [shown = ''] = await caught('long', `${words.join(' ')} ${'x'.repeat(120)}`)
  const text = shown.split('  |\n')[1] ?? ''
  const lines = text.split('\n').map((line) => line.replace(/^ {2}\| /, ''))
  expect(lines.join(' ')).toBe(`${words.join(' ')} ${'x'.repeat(120)}`)
  expect(lines.at(-1)).toBe('x'.repeat(120))
  expect(lines.slice(0, -1).every((line) => line.length <= 76)).toBe(true)
})

test('returns each mail once', async () => {
  expect(await caught('one', 'one')).toHaveLength(1)
  expect(catcher.take()).toEqual([])
})

test('listens only on the loopback interface', () => {
  expect(catcher.url).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/)
})
