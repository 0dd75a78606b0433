import { loginForm, loginPage, loginPagePolicy, Strategy } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { stopClock } from '../helpers/clock.js'
import { anybody, SECRET } from '../helpers/mail.js'
import { createWorld, type WorldOptions } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const silent = { secret: SECRET, sendCode: async () => {} }

/** An application whose page is the answer to each request. */
async function pages(options: WorldOptions = {}) {
  const world = await createWorld(options)
  const { app, emailOtp } = world
  app.get('/page', (req, res) => {
    res.set('Content-Security-Policy', loginPagePolicy).send(loginPage(emailOtp, req))
  })
  return {
    ...world,
    page: async (client = world.client()) => (await client.agent.get('/page')).text,
  }
}

it('draws the address field, then the code field, and the address field again after the sign-in', async () => {
  const { page, client, codeFor } = await pages()
  const ada = client()
  expect(await page(ada)).toContain(`<h1>${en.page.titles.signIn}</h1>`)
  const code = await codeFor(ada)
  expect(await page(ada)).toContain(`<h1>${en.page.titles.enterCode}</h1>`)
  await ada.enterCode(code)
  expect(await page(ada)).not.toContain('name="code"')
})

it('offers a new code once the code is spent or has expired', async () => {
  const clock = stopClock()
  const { page, client, codeFor } = await pages({ maxAttempts: 1 })
  const ada = client()
  const email = '<bdi>ada@example.com</bdi>'
  await ada.enterCode(wrongCode(await codeFor(ada)))
  expect(await page(ada)).toContain(en.page.ended.spent({ email }))
  const bob = client()
  await codeFor(bob)
  clock.pass(600_000)
  expect(await page(bob)).toContain(en.page.ended.expired({ email }))
})

it.each(['loginPage', 'loginForm'] as const)('is kept by no cache: %s', async (name) => {
  const { app, client, emailOtp } = await pages()
  const draw = {
    loginPage,
    loginForm: (...args: Parameters<typeof loginForm>) => loginForm(...args).html,
  }
  app.get('/drawn', (req, res) => {
    res.set('Cache-Control', 'public, max-age=60')
    res.send(draw[name](emailOtp, req))
  })
  const { headers } = await client().agent.get('/drawn')
  expect(headers['cache-control']).toBe('no-store')
})

it('has the field names of the strategy', async () => {
  const { page } = await pages({ emailField: 'mail', codeField: 'pin' })
  expect(await page()).toContain('name="mail"')
})

it('asks for no address where the application knows it', async () => {
  const { page } = await pages({ emailFromRequest: () => 'ada@example.com' })
  expect(await page()).not.toContain('type="email"')
})

it('does not say that a mail was sent where only known users receive one', async () => {
  const { page, client } = await pages({ allowEmail: () => false })
  const eve = client()
  await eve.requestCode('eve@example.com')
  const email = '<bdi>eve@example.com</bdi>'
  expect(await page(eve)).toContain(en.page.codeSentIfKnown({ digits: 6, email }))
})

it('confirms, instead of signing in, what is pending for another purpose, and draws it for its purpose only', async () => {
  const strategy = new Strategy({ ...silent, purposes: { pay: 'pay' } }, anybody)
  const req = { headers: {}, session: {} }
  expect(strategy.pageState(req)).toMatchObject({ signsIn: true })
  expect(strategy.pageState(req, { purpose: 'pay' })).toMatchObject({ signsIn: false })
  expect(() => strategy.pageState(req, { purpose: 'play' })).toThrow(TypeError)
  expect(() => loginPage(strategy, req, { purpose: 'play' })).toThrow(TypeError)

  await strategy.requestCode(req, 'ada@example.com', { purpose: 'pay' })
  expect(loginPage(strategy, req, { purpose: 'pay' })).toContain(en.page.confirmButton)
  for (const options of [undefined, { purpose: 'login' }]) {
    expect(loginPage(strategy, req, options)).not.toContain('name="code"')
    expect(strategy.pageState(req, options)).toMatchObject({ signsIn: true, pending: undefined })
  }
})

it('tells the outcome of a code on the page for its purpose, and not on that for another', async () => {
  const codes: string[] = []
  const strategy = new Strategy(
    {
      secret: SECRET,
      sendCode: async ({ code }) => void codes.push(code),
      purposes: { pay: 'pay' },
    },
    anybody,
  )
  const session = { regenerate: () => {} }
  const post = (purpose: string, body: object) =>
    new Promise((resolve, reject) => {
      const actions = { redirect: resolve, fail: resolve, success: reject, error: reject }
      const redirects = { codeSentRedirect: '/page', failureRedirect: '/page' }
      const req = { method: 'POST', headers: {}, session, body }
      Object.assign(Object.create(strategy), actions).authenticate(req, { purpose, ...redirects })
    })
  const page = (purpose: string) => loginPage(strategy, { headers: {}, session }, { purpose })
  const wrong = en.reasons.invalid_code({ attemptsLeft: 4 })

  await post('pay', { email: 'ada@example.com' })
  expect(page('login')).not.toContain(en.reasons.code_sent)
  await post('pay', { code: wrongCode(codes[0] ?? '') })
  expect(page('pay')).toContain(wrong)
  await post('pay', { code: 'x' })
  expect(page('login')).not.toContain(en.reasons.malformed_code({ digits: 6 }))
  // What is wrong with a request belongs to the page that sent it.
  await post('login', { email: 'ada' })
  expect(page('login')).toContain(en.reasons.invalid_email)
})

it('refuses a strategy whose clients keep a token, because a form cannot send one', () => {
  const strategy = new Strategy({ ...silent, pendingIn: 'token' }, anybody)
  expect(() => loginPage(strategy, { headers: {} })).toThrow(TypeError)
})
