import { expect, onTestFinished, test } from 'vitest'
import { NO_OTHER_MAIL, NOT_SIGNED_IN, signedInText } from '../../src/cli/sign-in.js'
import { en } from '../../src/languages/en.js'
import { numbersIn } from '../helpers/documents.js'
import { RATE_LIMITED } from '../helpers/rate-limited.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tryHere } from './in-process.js'
import { ADDRESS, CODE, NEW, type Run, start } from './program.js'

async function smtpServer(options?: Parameters<typeof startSmtp>[0]): Promise<Smtp> {
  const smtp = await startSmtp(options)
  onTestFinished(() => smtp.close())
  return smtp
}

const argsFor = (smtp: Smtp) => ['--smtp', smtp.url, '--from', 'Acme <login@acme.example>']

const tryWith = (smtp: Smtp, ...more: string[]) => tryHere([...argsFor(smtp), ...more])

/** A run that has mailed a code. */
async function mailed() {
  const smtp = await smtpServer()
  const run = tryWith(smtp, '--email', 'ada@example.com')
  return { smtp, run, code: (await smtp.next()).code }
}

test('prompts for the address, mails a code, prompts for it, and signs in', async () => {
  const smtp = await smtpServer()
  const run = start(['try', ...argsFor(smtp)])
  await run.answer(ADDRESS, 'Ada@Example.com')
  const said = await run.until(CODE)
  const [first, sending = '', sent, about = '', ...end] = said.split('\n')
  expect([first, sent, end]).toEqual(['', en.reasons.code_sent, ['']])
  expect(sending).toContain(`127.0.0.1:${smtp.port}`)
  expectNamed(about, 6, 10)
  // A loaded machine takes a second or more for the mail.
  expect(numbersIn(about).filter((number) => /^(2\d|30)$/.test(number))).toHaveLength(1)
  const mail = await smtp.next()
  expect(mail.envelope).toEqual({ from: 'login@acme.example', to: ['ada@example.com'] })
  expect(mail.code).toMatch(/^\d{6}$/)
  run.type(`${mail.code}\n`)
  const { code, stdout, stderr } = await run.ended()
  expect(
    stdout.endsWith(`${CODE}\n${en.reasons.accepted}\n${signedInText('ada@example.com')}\n`),
  ).toBe(true)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(smtp.mails).toHaveLength(1)
})

test('shows the tries that are left after a wrong code, and then accepts the right one with spaces and dashes', async () => {
  const { run, code } = await mailed()
  await run.answer(CODE, wrongCode(code))
  const said = await run.answer(CODE, ` ${code.slice(0, 3)} – ${code.slice(3)} `)
  expect(said).toBe(`\n${en.reasons.invalid_code({ attemptsLeft: 4 })}\n`)
  expect(await run.ended()).toMatchObject({ code: 0 })
})

test('counts neither an empty line nor an input that is not a code', async () => {
  const { run, code } = await mailed()
  await run.answer(CODE, '')
  expect(await run.answer(CODE, 'abc')).toContain(en.reasons.missing_code)
  expect(await run.answer(CODE, '12345')).toContain(en.reasons.malformed_code({ digits: 6 }))
  expect(await run.answer(CODE, wrongCode(code))).toContain(
    en.reasons.malformed_code({ digits: 6 }),
  )
  expect(await run.answer(CODE, code)).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
  expect(await run.ended()).toMatchObject({ code: 0 })
})

async function fiveWrong(run: Run, code: string): Promise<string> {
  for (let i = 0; i < 5; i++) await run.answer(CODE, wrongCode(code))
  return run.until(NEW)
}

test('rejects the right code after five wrong ones, and mails another one on "new" without a prompt for the address', async () => {
  const { smtp, run, code } = await mailed()
  expect(await fiveWrong(run, code)).toBe(`\n${en.reasons.invalid_code_last}\n`)
  run.type(`${code}\n`)
  expect(await run.answer(NEW, 'new')).toContain(en.reasons.too_many_attempts)
  const second = await smtp.next()
  expect(second.envelope.to).toEqual(['ada@example.com'])
  expectNamed(await run.answer(CODE, second.code), 8)
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails).toHaveLength(2)
})

test('shows when the next code can be requested after the send limit, and exits with code 1', async () => {
  const smtp = await smtpServer()
  const run = tryWith(smtp, '--email', 'ada@example.com')
  for (let sends = 1; sends <= 5; sends++) {
    await fiveWrong(run, (await smtp.next()).code)
    run.type('new\n')
  }
  const { code, stdout, stderr } = await run.ended()
  expect(RATE_LIMITED).toContain(stdout.split('\n').at(-2))
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${NOT_SIGNED_IN}\n` })
  expect(smtp.mails).toHaveLength(5)
})

test('sends no second mail on "new" within half a minute, says so, and accepts the first code', async () => {
  const { smtp, run, code } = await mailed()
  await run.answer(CODE, ' New ')
  const said = await run.answer(CODE, code)
  const [first, sent, none, about = '', ...end] = said.split('\n')
  expect([first, sent, none, end]).toEqual(['', en.reasons.code_sent, NO_OTHER_MAIL, ['']])
  expect(numbersIn(about).filter((number) => /^(2\d|30)$/.test(number))).toHaveLength(1)
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails).toHaveLength(1)
})

test('prompts again after an invalid address, also after one from the command line', async () => {
  const smtp = await smtpServer()
  const run = tryWith(smtp, '--email', 'nobody')
  const sentence = `${en.reasons.invalid_email}\n`
  expect(await run.answer(ADDRESS, 'a@example.com, b@example.com')).toContain(sentence)
  expect(await run.answer(ADDRESS, '')).toBe(`\n${sentence}`)
  expect(await run.answer(ADDRESS, 'ada@example.com')).toBe(`\n${sentence}`)
  const { envelope, code } = await smtp.next()
  expect(envelope.to).toEqual(['ada@example.com'])
  await run.answer(CODE, code)
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails).toHaveLength(1)
})

test('reads server and sender from the environment, unless an option is given', async () => {
  const smtp = await smtpServer({ auth: { user: 'ada', pass: 'p@ss/w0rd' } })
  const env = { SMTP_URL: smtp.url, MAIL_FROM: 'env@acme.example' }
  const run = tryHere(['--email=ada@example.com'], { env, secret: 'w0rd' })
  await run.answer(CODE, (await smtp.next()).code)
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails[0]?.envelope.from).toBe('env@acme.example')

  const from = ['--smtp', smtp.url, '--from', 'option@acme.example']
  const dead = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'env@acme.example' }
  const second = tryHere(['--email=ada@example.com', ...from], { env: dead, secret: 'w0rd' })
  await second.answer(CODE, (await smtp.next()).code)
  expect(await second.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails[1]?.envelope.from).toBe('option@acme.example')
})

test('shows the caught mail with --catch, signs in with its code, and writes no control characters to a pipe', async () => {
  const env = { SMTP_URL: 'smtp://127.0.0.1:1', NODE_ENV: 'production', FORCE_COLOR: '1' }
  const run = start(['try', '--catch'], { env })
  await run.answer(ADDRESS, 'ada@example.com')
  const said = await run.until(CODE)
  expect(said).toContain('  | From: passport-email-otp <try@example.com>\n')
  expect(said).toContain('  | To: ada@example.com\n')
  expect(said).toMatch(/^ {2}\| Subject: .*\d{6}/m)
  const [code, ...others] = new Set(said.match(/(?<!\d)\d{6}(?!\d)/g))
  expect(others).toEqual([])
  run.type(`${code}\n`)
  const { code: exitCode, stdout, stderr } = await run.ended()
  expect(stdout).toContain(`${signedInText('ada@example.com')}\n`)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).not.toMatch(/[^\P{Cc}\n]/u)
})

test('sends a different code to the same address in another run', async () => {
  const smtp = await smtpServer()
  const codes = new Set<string>()
  for (let runs = 0; runs < 3; runs++) {
    const run = tryWith(smtp, '--email', 'ada@example.com')
    const { code } = await smtp.next()
    codes.add(code)
    await run.answer(CODE, code)
    await run.ended()
  }
  expect(codes.size).toBeGreaterThan(1)
})
