import { loginForm, loginPage, type PageState } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { pageStates } from '../../scripts/page-states.mjs'
import { tell } from '../../src/flow/tell.js'
import * as info from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { escapeHtml } from '../../src/util/escape-html.js'

const texts = en.page
const STATES = pageStates(info, tell, en)
const request = { headers: {} }

const strategyIn = (state: PageState) => ({ pageState: () => state })

function stateOf(name: string) {
  const found = STATES.find((state) => state.name === name)
  if (!found) throw new Error(`no state "${name}"`)
  return found
}

/** The page of a state, without its constants and the view that the script shows when a code expires. */
function pageOf(name: string, options: object = {}) {
  const { state, options: own } = stateOf(name)
  return shown(loginPage(strategyIn(state), request, { ...own, ...options }))
}

function shown(page: string): string {
  return page
    .replace(/<div hidden.*?<\/div>/s, '')
    .replace(/<p [^>]*hidden>.*?<\/p>/gs, '')
    .replace(/<style>.*?<\/style>/s, '<style></style>')
    .replace(/<script>.*?<\/script>/s, '<script></script>')
}

const count = (page: string, part: string) => page.split(part).length - 1
const titleOf = (page: string) => /<title>(.*?)<\/title>/.exec(page)?.[1]

describe.each(STATES)('the page $name', ({ name, state, options }) => {
  const page = pageOf(name)
  const outcome = options.outcome ?? state.outcome

  it('says its outcome once', () => {
    const { message } = outcome ?? {}
    if (message === undefined) expect(page).not.toContain('role="status"')
    else expect(count(page, escapeHtml(message))).toBe(1)
  })

  it('marks a field as invalid only if its content was wrong', () => {
    const isEmail = outcome?.reason === 'invalid_email'
    const isCode = /^code-(wrong|missing|malformed)/.test(name)
    expect(count(page, 'aria-invalid')).toBe(isEmail || isCode ? 1 : 0)
    const [field] = /<input[^>]*aria-invalid[^>]*>/.exec(page) ?? ['']
    expect(field.includes('name="email"')).toBe(isEmail)
    expect(field.includes('name="code"')).toBe(isCode)
  })

  it('asks for the code as long as there is one, and offers another address wherever one is typed', () => {
    const { pending, fields } = state
    expect(count(page, 'name="code"')).toBe(pending && !pending.ended ? 1 : 0)
    expect(count(page, 'type="email"')).toBe(fields.email === undefined ? 0 : 1)
  })

  it('puts the focus into one place', () => {
    expect(count(page, 'autofocus')).toBe(
      /signed-out$|without-address|fresh-proof$/.test(name) ? 0 : 1,
    )
  })

  it('has a title that ends with the name of the application', () => {
    expect(titleOf(page)).toMatch(/^\w.* - Acme$/)
  })

  it('cuts off no code, and has no style and no code outside of the two constants', () => {
    expect(page).not.toMatch(/maxlength| style=| on\w+=/i)
    expect(count(page, '<style')).toBe(1)
    expect(count(page, '<script')).toBe(1)
  })

  it('has each id once, and describes fields by elements that exist', () => {
    const whole = loginPage(strategyIn(state), request, options)
    const ids = [...whole.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, named = ''] of whole.matchAll(/ (?:aria-\w+by|for)="([^"]*)"/g)) {
      for (const id of named.split(' ')) expect(ids).toContain(id)
    }
  })
})

describe('the title', () => {
  it.each([
    ['address', texts.titles.signIn],
    ['address-invalid', texts.titles.checkEmail],
    ['code', texts.titles.enterCode],
    ['code-sent', texts.titles.codeSent],
    ['code-wrong', texts.titles.checkCode],
    ['code-missing', texts.titles.checkCode],
    ['spent', texts.titles.newCode],
    ['expired', texts.titles.newCode],
    ['rate-limited', texts.titles.rateLimited],
    ['not-sent', texts.titles.notSent],
    ['not-sent-with-code', texts.titles.notSent],
    ['code-of-an-earlier-request', texts.titles.enterCode],
    ['refused', texts.titles.notAllowed],
    ['cross-site', texts.titles.tryAgain],
    ['failing-server', texts.titles.failed],
    ['second-factor-signed-out', texts.titles.signInFirst],
    ['second-factor-without-address', texts.titles.notAllowed],
    ['fresh-proof', texts.titles.confirm],
  ])('of %s is "%s"', (name, title) => {
    expect(titleOf(pageOf(name, { appName: undefined }))).toBe(title)
  })
})

it('an address that was refused does not leave the pending one in the field of another address', () => {
  const fieldOf = (name: string) => pageOf(name).match(/<input[^>]* id="otp-email"[^>]*>/)?.[0]
  expect(fieldOf('code')).toContain('value="ada@example.com"')
  expect(fieldOf('other-address-invalid')).not.toContain('ada@example.com')
})

it('without a field, the heading says what is wrong', () => {
  expect(pageOf('second-factor-without-address')).toContain(`<h1>${texts.titles.notAllowed}</h1>`)
  expect(pageOf('second-factor-signed-out')).toContain(`<h1>${texts.titles.signInFirst}</h1>`)
})

describe('the sentences', () => {
  const email = '<bdi>ada@example.com</bdi>'

  it.each([
    ['spent-reloaded', 'spent'],
    ['expired', 'expired'],
    ['too-short', 'too_short'],
    ['gone', 'gone'],
    ['never-sent', 'not_sent'],
  ] as const)('%s says why the code no longer works', (name, why) => {
    expect(pageOf(name)).toContain(texts.ended[why]({ email }))
  })

  it('say the length of the code with the right article, and how long it works', () => {
    const sixDigits = texts.codeSentTo({ digits: 6, email })
    expect(pageOf('code')).toContain(`${sixDigits} ${texts.codeLifetime({ minutes: 9 })}`)
    expect(texts.codeSentTo({ digits: 8, email: 'x' })).toContain(' an 8-digit ')
    expect(texts.codeSentTo({ digits: 10, email: 'x' })).toContain(' a 10-digit ')
  })

  it('say "1 minute" in the last two minutes', () => {
    const { state } = stateOf('code')
    for (const expiresInSeconds of [119, 60, 1]) {
      const pending = state.pending && { ...state.pending, expiresInSeconds }
      const page = loginPage(strategyIn({ ...state, pending }), request)
      expect(page).toContain(texts.codeLifetime({ minutes: 1 }))
    }
  })

  it('do not say that a mail was sent where only known users receive one', () => {
    const page = pageOf('code-known-users-only')
    expect(page).toContain(texts.codeSentIfKnown({ digits: 6, email }))
    expect(page).not.toContain(texts.codeSentTo({ digits: 6, email }))
  })

  it('lead to the password where "send again" needs it, beside the code that still works', () => {
    const link = `<a href="/password">${texts.signInLink}</a>`
    const page = pageOf('second-factor-signed-out-with-code')
    expect(page).toContain(texts.codeStillWorks)
    expect(count(page, link)).toBe(1)
    expect(count(pageOf('second-factor-signed-out'), link)).toBe(1)
    expect(pageOf('second-factor', { signInAt: '/password' })).not.toContain(link)
  })

  it('say that an earlier code still works after a request that was limited or failed', () => {
    expect(pageOf('not-sent-with-code')).toContain(texts.codeStillWorks)
    expect(pageOf('not-sent')).not.toContain(texts.codeStillWorks)
    expect(pageOf('rate-limited-with-code')).toContain(texts.codeStillWorks)
    expect(pageOf('rate-limited-expired')).not.toContain(texts.codeStillWorks)
    expect(pageOf('code-wrong')).not.toContain(texts.codeStillWorks)
  })

  it('say how long the next mail has to wait, as a clock', () => {
    expect(pageOf('code-sent')).toContain('<bdi>0:30</bdi>')
    expect(pageOf('rate-limited-with-code')).toContain('<bdi>1:27:25</bdi>')
    expect(pageOf('code')).not.toContain('data-wait')
  })

  it('name the address once as a value that may run in another direction', () => {
    expect(pageOf('code').match(/<bdi>[^<]*<\/bdi>/g)).toEqual([email])
  })
})

describe('the forms', () => {
  it('post to the URL of the request, or to the URLs of the application', () => {
    expect(pageOf('code')).not.toContain('action=')
    const page = pageOf('code', {
      action: { request: '/login/email', verify: '/login/code?x=1&y' },
    })
    expect(page.match(/action="[^"]*"/g)).toEqual([
      'action="/login/code?x=1&amp;y"',
      'action="/login/email"',
      'action="/login/email"',
    ])
  })

  it('hold the hidden fields of the application, each form all of them', () => {
    const hidden = { _csrf: 'a"b', next: '/x', absent: undefined }
    const page = pageOf('code', { hidden })
    expect(count(page, '<form')).toBe(3)
    expect(count(page, '<input type="hidden" name="_csrf" value="a&quot;b">')).toBe(3)
    expect(count(page, '<input type="hidden" name="next" value="/x">')).toBe(3)
    expect(page).not.toContain('absent')
  })

  it('request the code for the address that the page shows, not for the one that is pending by then', () => {
    const again = '<input type="hidden" name="email" value="ada@example.com">'
    expect(count(pageOf('code'), again)).toBe(1)
    expect(count(pageOf('expired'), again)).toBe(1)
    // Where the application knows the address, the page must not repeat a masked one.
    expect(pageOf('second-factor')).not.toContain('name="email"')
  })

  it('hold the CAPTCHA wherever a code is requested, and not where one is entered', () => {
    const page = pageOf('code', { captchaHtml: '<div class="captcha"></div>' })
    const forms = page.match(/<form.*?<\/form>/gs) ?? []
    expect(forms.map((form) => form.includes('class="captcha"'))).toEqual([false, true, true])
    expect(count(pageOf('address', { captchaHtml: '<hr>' }), '<hr>')).toBe(1)
    expect(count(pageOf('expired', { captchaHtml: '<hr>' }), '<hr>')).toBe(2)
  })

  it('have the names that the strategy reads', () => {
    const { state } = stateOf('code')
    const fields = { email: 'mail', code: 'pin', pendingId: 'request', trustBrowser: 'trust' }
    const page = shown(loginPage(strategyIn({ ...state, fields }), request))
    expect(page).toContain('name="pin"')
    expect(count(page, 'name="mail"')).toBe(2)
    expect(page).toContain('name="request" value="abcdefghijklmnop"')
    expect(page).not.toMatch(/name="(email|code|pendingId)"/)
  })

  it('start with the address that the application passes', () => {
    expect(pageOf('address', { email: 'eve@example' })).toContain('value="eve@example"')
    expect(pageOf('code', { email: 'eve@example' })).toContain(
      'dir="ltr" required value="eve@example"',
    )
  })

  it('stay usable after an outcome that the application has made up', () => {
    const outcome = { reason: 'account_closed', message: 'This account is closed.', next: 'wait' }
    const page = pageOf('address', { outcome })
    expect(page).toContain('role="alert">This account is closed.')
    expect(page).toContain('name="email"')
  })
})

describe('an error page', () => {
  const { state } = stateOf('code')
  const error = new Error('the store failed')
  const failedAfter = (outcome: PageState['outcome']) =>
    loginPage(strategyIn({ ...state, outcome }), request, { error })

  it('says that the server failed, and nothing of an outcome from before', () => {
    const page = failedAfter(tell(en.reasons, info.invalidCode(4)))
    expect(page).toContain(`role="alert">${texts.failed}`)
    expect(page).not.toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
  })

  it('says that the mail was not sent where that is what failed', () => {
    const page = failedAfter(tell(en.reasons, info.infoFor('not_sent')))
    expect(page).toContain(`role="alert">${en.reasons.not_sent}`)
    expect(page).not.toContain(texts.failed)
  })

  it('says nothing of the error', () => {
    expect(failedAfter(undefined)).not.toContain(error.message)
  })
})

describe('loginForm', () => {
  it('is the same form without the document, with the title and the language', () => {
    const { state, options } = stateOf('code-wrong')
    const strategy = strategyIn({ ...state, lang: 'he', dir: 'rtl' })
    const form = loginForm(strategy, request, options)
    expect(form).toMatchObject({
      title: `${texts.titles.checkCode} - Acme`,
      lang: 'he',
      dir: 'rtl',
    })
    const page = loginPage(strategy, request, options)
    expect(page).toContain(`<main>\n${form.html}\n</main>`)
    expect(page).toContain('<html lang="he" dir="rtl">')
    expect(form.html).toContain('lang="he" dir="rtl"')
    expect(form.html).not.toMatch(/<style|<main|<html/)
  })

  it('does not escape the title, which the application inserts', () => {
    const { state } = stateOf('address')
    const { title } = loginForm(strategyIn(state), request, { appName: 'A & B' })
    expect(title).toBe(`${texts.titles.signIn} - A & B`)
    expect(loginPage(strategyIn(state), request, { appName: 'A & B' })).toContain(
      `<title>${texts.titles.signIn} - A &amp; B</title>`,
    )
  })
})
