import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { ADDRESS, buildProgram, CODE, NEW, type Run, start, wrong } from './program.js'

beforeAll(buildProgram, 120_000)

async function smtpServer(options?: Parameters<typeof startSmtp>[0]): Promise<Smtp> {
  const smtp = await startSmtp(options)
  onTestFinished(() => smtp.close())
  return smtp
}

function startWith(smtp: Smtp, ...more: string[]): Run {
  return start(['try', '--smtp', smtp.url, '--from', 'Acme <login@acme.example>', ...more])
}

test('asks for the address, mails a code, asks for it, and signs in', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp)
  await run.answer(ADDRESS, 'Ada@Example.com')
  const said = await run.until(CODE)
  expect(said).toBe(
    '\n' +
      `Sending a mail through 127.0.0.1:${smtp.port} ...\n` +
      'Check your mail for the code. It can take a minute to arrive.\n' +
      'The code has 6 digits and works for 10 minutes. Another mail can be sent in 30 seconds.\n',
  )
  const mail = await smtp.next()
  expect(mail.envelope).toEqual({ from: 'login@acme.example', to: ['ada@example.com'] })
  expect(mail.code).toMatch(/^\d{6}$/)
  run.type(`${mail.code}\n`)
  const { code, stdout, stderr } = await run.ended()
  expect(stdout.endsWith(`${CODE}\nThe code is right.\nSigned in as ada@example.com.\n`)).toBe(true)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(smtp.mails).toHaveLength(1)
})

test('takes the code as people paste it, with spaces and dashes', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  const { code } = await smtp.next()
  await run.answer(CODE, ` ${code.slice(0, 3)} – ${code.slice(3)} `)
  expect(await run.ended()).toMatchObject({ code: 0 })
})

test('says how many tries are left after a wrong code, and takes the right one then', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  const { code } = await smtp.next()
  await run.answer(CODE, wrong(code))
  const said = await run.answer(CODE, code)
  expect(said).toBe('\nThat code is not right. 4 tries are left.\n')
  expect(await run.ended()).toMatchObject({ code: 0 })
})

test('counts neither an empty line nor what is no code', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  const { code } = await smtp.next()
  await run.answer(CODE, '')
  expect(await run.answer(CODE, 'abc')).toContain('Enter the code from the mail.')
  expect(await run.answer(CODE, '12345')).toContain('Enter all digits of the code')
  expect(await run.answer(CODE, wrong(code))).toContain('Enter all digits of the code')
  expect(await run.answer(CODE, code)).toContain('4 tries are left')
  expect(await run.ended()).toMatchObject({ code: 0 })
})

async function fiveWrong(run: Run, code: string): Promise<string> {
  for (let i = 0; i < 5; i++) await run.answer(CODE, wrong(code))
  return run.until(NEW)
}

test('after five wrong codes the right one is worth nothing, and Enter stops with exit code 1', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  const { code } = await smtp.next()
  expect(await fiveWrong(run, code)).toBe('\nThat code is not right. Ask for a new one.\n')
  run.type(`${code}\n`)
  expect(await run.answer(NEW, '')).toContain('Too many wrong codes. Ask for a new one.')
  const { code: exitCode, stderr } = await run.ended()
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'Nobody is signed in.\n' })
  expect(smtp.mails).toHaveLength(1)
})

test('after five wrong codes "new" mails another one, without asking for the address', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  const first = await smtp.next()
  await fiveWrong(run, first.code)
  run.type('new\n')
  const second = await smtp.next()
  expect(second.envelope.to).toEqual(['ada@example.com'])
  expect(await run.answer(CODE, second.code)).toContain('The code has 8 digits')
  expect(await run.ended()).toMatchObject({ code: 0 })
})

test('says when no more codes can be asked for, and stops with exit code 1', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  for (let sends = 1; sends <= 5; sends++) {
    await fiveWrong(run, (await smtp.next()).code)
    run.type('new\n')
  }
  const { code, stdout, stderr } = await run.ended()
  expect(stdout).toMatch(/\nToo many codes were asked for\. Try again in \d+ (minutes|hours)\.\n$/)
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'Nobody is signed in.\n' })
  expect(smtp.mails).toHaveLength(5)
})

test('"new" within half a minute sends no second mail, says so, and the first code works', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'ada@example.com')
  const { code } = await smtp.next()
  await run.answer(CODE, ' New ')
  const said = await run.answer(CODE, code)
  expect(said).toMatch(
    /^\nCheck your mail .*\nThe last mail went out a moment ago, so none was added\.\nThe code .* in (29|30) seconds\.\n$/,
  )
  expect(said).not.toContain('Sending')
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails).toHaveLength(1)
})

test('asks again for an address that is not one, also for one from the command line', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp, '--email', 'nobody')
  const sentence = 'Enter one e-mail address, like name@example.com.\n'
  expect(await run.answer(ADDRESS, 'a@example.com, b@example.com')).toContain(sentence)
  expect(await run.answer(ADDRESS, '')).toBe(`\n${sentence}`)
  expect(await run.answer(ADDRESS, 'ada@example.com')).toBe(`\n${sentence}`)
  const { envelope, code } = await smtp.next()
  expect(envelope.to).toEqual(['ada@example.com'])
  await run.answer(CODE, code)
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails).toHaveLength(1)
})

test('takes server and sender from the environment, and an option before it', async () => {
  const smtp = await smtpServer({ auth: { user: 'ada', pass: 'p@ss/w0rd' } })
  const env = { SMTP_URL: smtp.url, MAIL_FROM: 'env@acme.example' }
  const run = start(['try', '--email=ada@example.com'], { env, secret: 'w0rd' })
  await run.answer(CODE, (await smtp.next()).code)
  expect(await run.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails[0]?.envelope.from).toBe('env@acme.example')

  const from = ['--smtp', smtp.url, '--from', 'option@acme.example']
  const dead = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'env@acme.example' }
  const second = start(['try', '--email=ada@example.com', ...from], { env: dead, secret: 'w0rd' })
  await second.answer(CODE, (await smtp.next()).code)
  expect(await second.ended()).toMatchObject({ code: 0 })
  expect(smtp.mails[1]?.envelope.from).toBe('option@acme.example')
})

test('--catch shows the mail that arrived, whose code signs in', async () => {
  const env = { SMTP_URL: 'smtp://127.0.0.1:1', NODE_ENV: 'production' }
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
  expect(stdout).toContain('Signed in as ada@example.com.\n')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
})

test('what goes to a pipe has no control characters', async () => {
  const run = start(['try', '--catch', '--email', 'ada@example.com'], { env: { FORCE_COLOR: '1' } })
  const said = await run.until(CODE)
  run.type(`${said.match(/\d{6}/)?.[0]}\n`)
  const { stdout, stderr } = await run.ended()
  expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u)
})

test('the same address gets another code in another run', async () => {
  const smtp = await smtpServer()
  const codes = new Set<string>()
  for (let runs = 0; runs < 3; runs++) {
    const run = startWith(smtp, '--email', 'ada@example.com')
    const { code } = await smtp.next()
    codes.add(code)
    await run.answer(CODE, code)
    await run.ended()
  }
  expect(codes.size).toBeGreaterThan(1)
})
