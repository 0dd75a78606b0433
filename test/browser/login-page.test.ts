import type { AddressInfo } from 'node:net'
import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { loginPage, loginPageHashes, loginPagePolicy } from 'passport-email-otp'
import type { BrowserContextOptions } from 'playwright-core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { pageStates } from '../../scripts/page-states.mjs'
import { tell } from '../../src/flow/tell.js'
import * as info from '../../src/info.js'
import { ar } from '../../src/languages/ar.js'
import { en } from '../../src/languages/en.js'
import { Counter, gate } from '../helpers/gate.js'
import { serve } from '../helpers/passport-app.js'
import { describeInChromium } from './chromium.js'
import {
  announcements,
  backgroundOf,
  drawAll,
  drawn,
  focused,
  formProperties,
  hastenTimers,
  hideNavigationApi,
  maxWidthOf,
  recordAnnouncements,
  tellLabels,
  tellSubmits,
} from './in-page.js'
import { axeSource, findProblems, readNoDocument } from './problems.js'

vi.setConfig({ testTimeout: 240_000 })

const texts = en.page
const ADA = 'ada@example.com'
const SENT = texts.codeSentTo({ digits: 6, email: ADA })
const STATES = pageStates(info, tell, en)
const RIGHT_TO_LEFT = pageStates(info, tell, ar)

/** Serves each state at its name, with the exported policy. */
function statesApp(headers: RequestHandler = policy): Express {
  const app = express()
  app.use(headers)
  app.get('/:name', (req, res) => {
    const found = STATES.find(({ name }) => name === req.params.name)
    if (!found) return res.sendStatus(404)
    const pending = found.state.pending && { ...found.state.pending, ...numbers(req.query) }
    const state = { ...found.state, pending }
    return res.send(loginPage({ pageState: () => state }, req, found.options))
  })
  return app
}

const policy: RequestHandler = (_req, res, next) => {
  res.set('Content-Security-Policy', loginPagePolicy)
  next()
}

interface Look {
  readonly width: number
  readonly scheme: 'light' | 'dark' | 'forced colours'
}

/**
 * 320 pixels are a phone, and a desktop of 1280 pixels at 400 %. Each state is checked by all rules in the first look
 * of its direction. The others show all states one below the other, for colours and sizes.
 * A direction changes no colour, so that dark and forced colours are looked at in one.
 */
const LOOKS: Record<'ltr' | 'rtl', readonly [Look, ...Look[]]> = {
  ltr: [
    { width: 320, scheme: 'light' },
    { width: 1280, scheme: 'light' },
    { width: 320, scheme: 'dark' },
    { width: 1280, scheme: 'dark' },
  ],
  rtl: [
    { width: 320, scheme: 'light' },
    { width: 1280, scheme: 'light' },
    { width: 320, scheme: 'forced colours' },
  ],
}

const numbers = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Number(value)]))

/** What a screen reader says of the field or button that a state opens with: label, whether it is invalid, sentences. */
const OPENED: readonly [string, string, boolean, string[]][] = [
  ['address', texts.emailLabel, false, [texts.signInIntro]],
  ['address-invalid', texts.emailLabel, true, [en.reasons.invalid_email, texts.signInIntro]],
  ['rate-limited', texts.emailLabel, false, [en.reasons.rate_limited({ retryAfterSeconds: 5245 })]],
  ['code-sent', texts.codeLabel, false, [en.reasons.code_sent, SENT]],
  ['code-unconfirmed', texts.codeLabel, false, [en.reasons.code_sent_unconfirmed, SENT]],
  ['code-wrong', texts.codeLabel, true, [en.reasons.invalid_code({ attemptsLeft: 4 }), SENT]],
  ['code-missing', texts.codeLabel, true, [en.reasons.missing_code, SENT]],
  ['code-malformed', texts.codeLabel, true, [en.reasons.malformed_code({ digits: 6 }), SENT]],
  ['code-of-an-earlier-request', texts.codeLabel, false, [en.reasons.earlier_request, SENT]],
  ['not-sent-with-code', texts.codeLabel, false, [en.reasons.not_sent, texts.codeStillWorks]],
  ['other-address-invalid', texts.emailLabel, true, [en.reasons.invalid_email]],
  ['expired', texts.newCodeButton, false, [texts.ended.expired({ email: ADA })]],
  ['never-sent', texts.newCodeButton, false, [texts.ended.not_sent({ email: ADA })]],
]

describeInChromium('the sign-in page in Chromium', (openTab) => {
  /** A tab, and what its console says. */
  async function open(app: Express, options: BrowserContextOptions = {}) {
    const { port } = (await serve(app)).address() as AddressInfo
    const { page } = await openTab({ baseURL: `http://localhost:${port}`, ...options })
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (err) => errors.push(String(err)))
    // Chromium asks for an icon by itself, and no state has one.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
    return { page, errors }
  }

  it.each(['ltr', 'rtl'] as const)(
    'each state has one heading of the first level and a label for each field, and axe finds nothing in any look, %s',
    async (dir) => {
      const { page, errors } = await open(statesApp())
      const take = async ({ width, scheme }: Look) => {
        const isForced = scheme === 'forced colours'
        await page.setViewportSize({ width, height: 640 })
        await page.emulateMedia({
          colorScheme: isForced ? 'light' : scheme,
          forcedColors: isForced ? 'active' : 'none',
        })
      }
      const [first, ...others] = LOOKS[dir]
      // Its policy and axe stay when another document is written into the tab.
      await page.goto('/address')
      await page.evaluate(axeSource)
      await take(first)
      const bodies: string[] = []
      for (const { name, state, options } of dir === 'rtl' ? RIGHT_TO_LEFT : STATES) {
        await page.setContent(loginPage({ pageState: () => state }, { headers: {} }, options))
        const { headings, labels, body } = await page.evaluate(drawn)
        expect(headings, name).toBe(1)
        expect(labels, name).not.toContain('')
        expect(await page.evaluate(findProblems), name).toEqual([])
        bodies.push(body)
      }
      await page.evaluate(drawAll, bodies)
      await page.evaluate(readNoDocument)
      for (const look of others) {
        await take(look)
        const problems = await page.evaluate(findProblems)
        expect(problems, `${look.width} pixels, ${look.scheme}`).toEqual([])
      }
      expect(errors).toEqual([])
    },
  )

  it('shows the view for an expired code, which axe finds nothing in', async () => {
    const { page, errors } = await open(statesApp())
    await page.clock.install()
    await page.goto('/code?expiresInSeconds=60')
    await page.getByLabel(texts.codeLabel).fill('123')
    await page.clock.fastForward(59_000)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(texts.titles.enterCode)
    await page.clock.fastForward(2_000)
    const heading = page.getByRole('heading', { level: 1 })
    expect(await heading.textContent()).toBe(texts.titles.newCode)
    expect(await page.title()).toBe(`${texts.titles.newCode} - Acme`)
    expect(await page.getByRole('alert').textContent()).toBe(
      texts.ended.expired({ email: 'ada@example.com' }),
    )
    // The focus was in the code field, which is gone.
    expect(
      await heading.evaluate((element) => element.ownerDocument.activeElement === element),
    ).toBe(true)
    expect(await page.getByLabel(texts.codeLabel).isVisible()).toBe(false)
    expect(await page.getByRole('button', { name: texts.newCodeButton }).isVisible()).toBe(true)
    await page.evaluate(axeSource)
    expect(await page.evaluate(findProblems)).toEqual([])
    expect(errors).toEqual([])
  })

  it('leaves the focus where it is if the code expires while another address is typed', async () => {
    const { page } = await open(statesApp())
    await page.clock.install()
    await page.goto('/code?expiresInSeconds=60')
    await page.getByText(texts.otherAddress).click()
    await page.getByLabel(texts.emailLabel).fill('eve@example')
    await page.clock.fastForward(61_000)
    await page.getByRole('heading', { name: texts.titles.newCode }).waitFor()
    expect(await page.locator(':focus').getAttribute('name')).toBe('email')
    expect(await page.getByLabel(texts.emailLabel).inputValue()).toBe('eve@example')
  })

  it('counts down to the next mail, enables the button and says so once', async () => {
    const { page, errors } = await open(statesApp())
    await page.clock.install()
    await page.goto('/code?resendInSeconds=65')
    const again = page.getByRole('button', { name: texts.resendButton })
    const hint = page.locator('section .otp-hint')
    expect(await again.isDisabled()).toBe(true)
    expect(await hint.textContent()).toMatch(/1:0[45]/)
    await page.evaluate(recordAnnouncements)
    await page.clock.fastForward(45_000)
    expect(await hint.textContent()).toMatch(/0:(20|19)/)
    expect(await page.locator('.otp-aloud').textContent()).toBe('')
    await page.clock.fastForward(21_000)
    expect(await again.isEnabled()).toBe(true)
    expect(await hint.textContent()).toBe(texts.resendReady)
    expect(await page.locator('.otp-aloud').textContent()).toBe(texts.resendReady)
    await page.clock.fastForward(60_000)
    expect(await page.evaluate(announcements)).toEqual([texts.resendReady])
    expect(errors).toEqual([])
  })

  it('writes seconds as the server does', async () => {
    const { page } = await open(statesApp())
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(1000)
    for (const seconds of [5245, 3600, 60, 9]) {
      const answer = await page.goto(`/code?resendInSeconds=${seconds}`)
      const [, written = ''] =
        /class="otp-hint".*?>(.*?)<\/p>/s.exec((await answer?.text()) ?? '') ?? []
      expect(written).toContain('<bdi>')
      expect(await page.locator('section .otp-hint').innerHTML()).toBe(written)
    }
  })

  it('works with hidden fields that hide each property of their form', async () => {
    const app = express()
    const names: string[] = []
    const bodies: Record<string, string>[] = []
    app.use(policy, express.urlencoded({ extended: false, parameterLimit: 2_000 }))
    app.get('/', (req, res) => {
      const { state } = STATES.find(({ name }) => name === 'code-sent') as (typeof STATES)[number]
      const hidden = Object.fromEntries(names.map((name) => [name, 'x']))
      res.send(loginPage({ pageState: () => state }, req, { hidden }))
    })
    app.post('/', (req, res) => {
      bodies.push(req.body)
      res.status(204).end()
    })
    const { page, errors } = await open(app)
    await page.goto('/')
    names.push(...(await page.evaluate(formProperties)))
    expect(names).toEqual(
      expect.arrayContaining(['submit', 'action', 'elements', 'id', 'dataset', 'querySelector']),
    )
    await page.clock.install()
    await page.goto('/?fill#493027.abcdefghijklmnop')
    // Read in the page: Playwright's locators call methods of the form.
    const read = (what: string) => page.evaluate<unknown>(what)
    const becomes = (what: string, value: unknown) =>
      vi.waitFor(async () => expect(await read(what)).toBe(value), 30_000)
    await becomes('document.querySelector("#otp-code").value', '493027')
    await becomes('document.activeElement.textContent', texts.signInButton)
    await becomes('document.querySelector("section button").disabled', true)
    await page.clock.fastForward(31_000)
    await becomes('document.querySelector("section button").disabled', false)
    await page.keyboard.press('Enter')
    await becomes('document.querySelector("[aria-busy=true]").textContent', texts.busy)
    await page.keyboard.press('Enter')
    await vi.waitFor(() => expect(bodies).toHaveLength(1), 30_000)
    expect(bodies[0]).toMatchObject({ code: '493027', submit: 'x', querySelector: 'x' })
    expect(errors).toEqual([])
  })

  it('fills in the code of a link above the box that trusts the browser', async () => {
    const app = statesApp()
    const bodies: unknown[] = []
    app.post('/:name', express.urlencoded({ extended: false }), (req, res) => {
      bodies.push(req.body)
      res.send('<title>answered</title>')
    })
    const { page, errors } = await open(app)
    await page.goto('/second-factor-to-trust#493027.abcdefghijklmnop')
    await page.getByText(texts.codeFilledIn).waitFor()
    expect(page.url()).not.toContain('493027')
    expect(await page.getByRole('checkbox').isChecked()).toBe(false)
    expect(await page.locator(':focus').textContent()).toBe(texts.signInButton)
    await page.evaluate(axeSource)
    expect(await page.evaluate(findProblems)).toEqual([])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await vi.waitFor(() => expect(bodies).toHaveLength(1), 30_000)
    expect(bodies).toEqual([{ code: '493027', pendingId: 'abcdefghijklmnop', trustBrowser: 'on' }])
    expect(errors).toEqual([])
  })

  it('without a script the button works, and the page says how long to wait', async () => {
    const { page } = await open(statesApp(), { javaScriptEnabled: false })
    await page.goto('/code?resendInSeconds=30')
    expect(await page.getByRole('button', { name: texts.resendButton }).isEnabled()).toBe(true)
    expect(await page.locator('section .otp-hint').textContent()).toBe(
      texts.resendWait({ time: '0:30' }),
    )
    await page.getByText(texts.otherAddress).click()
    expect(await page.getByLabel(texts.emailLabel).inputValue()).toBe('ada@example.com')
  })

  describe('a request that takes long', () => {
    /** A page whose form was sent, and whose answer comes when the test says so. */
    async function slow(options: { reportsStops: boolean; hastens?: boolean }) {
      const app = statesApp()
      const arrived = new Counter()
      const answer = gate()
      app.post('/:name', (_req, res) => {
        arrived.add()
        void answer.opened.then(() => res.send('<title>answered</title>'))
      })
      const { page } = await open(app)
      onTestFinished(() => answer.open())
      if (!options.reportsStops) await page.addInitScript(hideNavigationApi)
      if (options.hastens) await page.addInitScript(hastenTimers)
      await page.addInitScript(tellLabels)
      await page.addInitScript(tellSubmits)
      const labels: string[] = []
      const prevented: string[] = []
      page.on('console', (message) => message.type() === 'info' && labels.push(message.text()))
      page.on('console', (message) => message.type() === 'debug' && prevented.push(message.text()))
      await page.goto('/code')
      await page.getByLabel(texts.codeLabel).fill('123456')
      // Playwright waits for the answer of a form, so the page is watched from outside until then.
      void page.keyboard.press('Enter').catch(() => {})
      await arrived.reached(1)
      const shows = (...expected: string[]) =>
        vi.waitFor(() => expect(labels.slice(0, expected.length)).toEqual(expected), 30_000)
      await shows(texts.busy)
      return { page, arrived, answer, shows, prevented }
    }

    it('is sent once, also after a double click', async () => {
      const { page, arrived, answer, prevented } = await slow({ reportsStops: true })
      void page.keyboard.press('Enter').catch(() => {})
      void page.keyboard.press('Enter').catch(() => {})
      await vi.waitFor(() => expect(prevented).toEqual(['false', 'true', 'true']), 30_000)
      answer.open()
      await page.waitForURL(() => true)
      await vi.waitFor(async () => expect(await page.title()).toBe('answered'))
      expect(arrived.count).toBe(1)
    })

    it('can be sent again after the user has stopped it', async () => {
      const { page, arrived, shows } = await slow({ reportsStops: true })
      const session = await page.context().newCDPSession(page)
      await session.send('Page.stopLoading')
      await shows(texts.busy, texts.signInButton)
      void page.keyboard.press('Enter').catch(() => {})
      await arrived.reached(2)
    })

    it('can be sent again after the Escape key in a browser that reports no stop', async () => {
      const { page, arrived, shows } = await slow({ reportsStops: false })
      void page.keyboard.press('Escape').catch(() => {})
      await shows(texts.busy, texts.signInButton)
      void page.keyboard.press('Enter').catch(() => {})
      await arrived.reached(2)
    })

    it('can be sent again after ten seconds in a browser that reports no stop', async () => {
      const { page, arrived, shows } = await slow({ reportsStops: false, hastens: true })
      await shows(texts.busy, texts.signInButton)
      void page.keyboard.press('Enter').catch(() => {})
      await arrived.reached(2)
    })
  })

  it('is reached with the keyboard in the order of the page', async () => {
    const { page } = await open(statesApp())
    await page.goto('/code')
    const next = async () => {
      await page.keyboard.press('Tab')
      const { role, name } = await focused(page)
      return [role, name]
    }
    expect(await focused(page)).toMatchObject({ role: 'textbox', name: texts.codeLabel })
    expect(await next()).toEqual(['button', texts.signInButton])
    expect(await next()).toEqual(['button', texts.resendButton])
    expect(await next()).toEqual(['DisclosureTriangle', texts.otherAddress])
    await page.keyboard.press('Enter')
    expect(await next()).toEqual(['textbox', texts.emailLabel])
    expect(await next()).toEqual(['button', texts.otherAddressButton])
  })

  it('opens with the focus on a field or a button, which has its label and is described by the sentences of the state', async () => {
    const { page } = await open(statesApp())
    for (const [name, label, isInvalid, sentences] of OPENED) {
      await page.goto(`/${name}`)
      const focus = await focused(page)
      expect(focus, name).toMatchObject({ name: label, isInvalid })
      let rest = focus.description
      for (const text of sentences) {
        expect(rest, name).toContain(text)
        rest = rest.slice(rest.indexOf(text) + text.length)
      }
    }
  })

  it("works under helmet's defaults with the hash of the script alone", async () => {
    const scriptSrc = ["'self'", loginPageHashes.script]
    const { page, errors } = await open(
      statesApp(helmet({ contentSecurityPolicy: { directives: { scriptSrc } } }) as RequestHandler),
    )
    await page.clock.install()
    await page.goto('/code?resendInSeconds=30')
    const again = page.getByRole('button', { name: texts.resendButton })
    expect(await again.isDisabled()).toBe(true)
    await page.clock.fastForward(31_000)
    expect(await again.isEnabled()).toBe(true)
    expect(await page.getByRole('main').evaluate(maxWidthOf)).toBe('416px')
    expect(errors).toEqual([])
  })

  it('takes its colours from a stylesheet of the application, under its own policy', async () => {
    const app = express()
    app.use(policy)
    const css = ':root { --otp-accent: rgb(1, 2, 3) }'
    app.get('/brand.css', (_req, res) => void res.type('css').send(css))
    app.get('/', (req, res) => {
      const headHtml = '<link rel="stylesheet" href="/brand.css">'
      const [found] = STATES
      if (found) res.send(loginPage({ pageState: () => found.state }, req, { headHtml }))
    })
    const { page, errors } = await open(app)
    await page.goto('/')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const button = page.getByRole('button', { name: texts.requestButton })
      expect(await button.evaluate(backgroundOf)).toBe('rgb(1, 2, 3)')
    }
    expect(errors).toEqual([])
  })
})
