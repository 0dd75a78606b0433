import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { en } from '../../src/languages/en.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { startMailingApp, startTestApp } from './test-app.js'

let example: Awaited<ReturnType<typeof startTestApp>>
beforeAll(async () => {
  example = await startTestApp()
})
afterAll(() => example.close())

/** A browser that has requested a code, and that code. */
async function asked(email: string) {
  const browser = example.browser()
  await browser.send('/login/email', { email }).expect(303).expect('Location', '/login')
  return { ...browser, code: await example.code(email) }
}

test('A user requests a code, enters it with a space in the middle, is signed in, and signs out', async () => {
  const { open, send } = example.browser()
  await open('/').expect(302).expect('Location', '/login')
  const form = await open('/login').expect(200)
  expect(form.text).toContain('name="email"')

  await send('/login/email', { email: 'Ann@Example.com' }).expect(303).expect('Location', '/login')
  const page = await open('/login').expect(200)
  expect(page.text).toContain('<bdi>ann@example.com</bdi>')
  expect(page.text).toMatch(/<input[^>]*name="code"[^>]*inputmode="numeric"/)
  expect(page.text).toMatch(/<input[^>]*autocomplete="one-time-code"/)
  expect(page.text).not.toContain('maxlength')
  expect(page.text).not.toContain('role="alert" id')
  expect(page.text).toContain(en.reasons.code_sent)
  expect(page.text).toMatch(/data-wait="(30|2\d)"/)

  const spaced = (await example.code('ann@example.com')).replace(/^.../, '$& ')
  await send('/login/code', { code: spaced }).expect(302).expect('Location', '/')
  expect((await open('/').expect(200)).text).toContain('<strong>ann@example.com</strong>')

  await send('/logout').expect(303).expect('Location', '/login')
  await open('/').expect(302).expect('Location', '/login')
})

test('Two clicks of a first visit without JavaScript send one code, which signs in', async () => {
  const { open, send } = example.browser()
  await open('/login')
  const sent = example.codes.all.length
  const click = () => send('/login/email', { email: 'bob@example.com' }).expect(303)
  await Promise.all([click(), click()])
  expect(example.codes.all).toHaveLength(sent + 1)
  await send('/login/code', { code: await example.code('bob@example.com') }).expect('Location', '/')
})

test('The second of two requests with one right code leads to where the first one led', async () => {
  const { open, send, code } = await asked('ben@example.com')
  await send('/login/code', { code }).expect('Location', '/')
  await send('/login/code', { code }).expect('Location', '/login')
  await open('/login').expect(302).expect('Location', '/')
})

test('The page reports a wrong code once, and still shows the address', async () => {
  const { open, send, code } = await asked('bea@example.com')
  await send('/login/code', { code: wrongCode(code) })
    .expect(302)
    .expect('Location', '/login')
  const page = await open('/login')
  expect(page.text).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
  expect(page.text).toContain('aria-invalid="true"')
  expect(page.text).toContain(`<title>${en.page.titles.checkCode}`)
  expect(page.text).toContain('bea@example.com')
  const reloaded = await open('/login')
  expect(reloaded.text).not.toContain('aria-invalid')
  expect(reloaded.text).toContain('name="code"')
})

test('A second request needs no address, sends no second mail at once, and is not an error', async () => {
  const { open, send } = await asked('cem@example.com')
  const sent = example.codes.all.length
  await send('/login/email').expect(303).expect('Location', '/login')
  expect(example.codes.all).toHaveLength(sent)
  const page = await open('/login')
  expect(page.text).toContain(`role="status">${en.reasons.code_sent}`)
  expect(page.text).toContain('data-wait=')
})

test('Another address opens another challenge, so that an address with a typo can be corrected', async () => {
  const { open, send } = await asked('dna@example.com')
  const form = await open('/login')
  expect(form.text).toMatch(/type="email"[^>]*value="dna@example.com"/)
  await send('/login/email', { email: 'dan@example.com' })
  await send('/login/code', { code: await example.code('dan@example.com') }).expect('Location', '/')
  expect((await open('/')).text).toContain('dan@example.com')
})

test('The form reports an invalid address, also while a code is pending', async () => {
  const { open, send } = await asked('eve@example.com')
  await send('/login/email', { email: 'eve@example.com, bob@example.com' }).expect(
    'Location',
    '/login',
  )
  const form = await open('/login')
  expect(form.text).toContain(en.reasons.invalid_email)
  expect(form.text).toContain('name="code"')
  // The typed text stays in the field, so that the user can correct it. It is gone after a reload.
  expect(form.text).toContain('value="eve@example.com, bob@example.com"')
  expect(form.text).toContain('aria-invalid="true"')
  expect((await open('/login')).text).toContain('value="eve@example.com"')
})

test('The page reports one of two wrong codes, and the app accepts a code as JSON', async () => {
  const { open, send, sendJson, code } = await asked('dot@example.com')
  await send('/login/code', { code: wrongCode(code) })
  await sendJson('/login/code', { code: wrongCode(code) }).expect(302)
  const page = await open('/login')
  expect(page.text).toContain(en.reasons.invalid_code({ attemptsLeft: 3 }))
  expect(page.text).not.toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
})

test('The page offers a new code after a spent one, without a field for the address', async () => {
  const { open, send, code } = await asked('flo@example.com')
  for (let guess = 0; guess < 5; guess++) await send('/login/code', { code: wrongCode(code) })
  const page = await open('/login')
  expect(page.text).toContain(en.page.newCodeButton)
  expect(page.text).toContain('flo@example.com')
  expect(page.text).not.toContain('name="code"')
  await send('/login/email').expect('Location', '/login')
  const longer = await example.code('flo@example.com')
  expect(longer).toHaveLength(8)
  const email = '<bdi>flo@example.com</bdi>'
  expect((await open('/login')).text).toContain(en.page.codeSentTo({ digits: 8, email }))
  await send('/login/code', { code: longer }).expect('Location', '/')
})

test('The page says that the mail was not sent, and offers to send it again', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const broken = await startMailingApp({ smtpUrl: 'smtp://127.0.0.1:1' })
  const { open, send } = broken.browser()
  await send('/login/email', { email: 'gus@example.com' }).expect(303).expect('Location', '/login')
  const page = await open('/login')
  expect(page.text).toContain(en.reasons.not_sent)
  expect(page.text).toContain(en.page.newCodeButton)
  expect(printed).toHaveBeenCalledWith(expect.objectContaining({ code: 'delivery_failed' }))
  printed.mockRestore()
  await broken.close()
})

test('After a mail that could not be sent again, the page still asks for the code that arrived', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const failing = await startTestApp()
  const { open, send } = failing.browser()
  await send('/login/email', { email: 'hal@example.com' })
  const code = await failing.code('hal@example.com')
  // The next one goes to the mail server, which is gone.
  failing.codes.stop()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
  onTestFinished(() => void vi.useRealTimers())
  await failing.inbox.close()
  await send('/login/email').expect(303).expect('Location', '/login')
  const page = await open('/login')
  expect(page.text).toContain(en.reasons.not_sent)
  expect(page.text).toContain(en.page.codeStillWorks)
  expect(page.text).toContain('name="code"')
  await send('/login/code', { code }).expect('Location', '/')
  printed.mockRestore()
})

test.each(['/login/email', '/login/code', '/logout'])(
  'A reload of the URL of a form leads from %s to its page',
  async (path) => {
    await example.browser().open(path).expect(302).expect('Location', '/login')
  },
)

test('An unknown URL is answered with an error page', async () => {
  const page = await example.browser().open('/nowhere').expect(404)
  expect(page.text).toContain('role="alert"')
})
