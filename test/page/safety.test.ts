import { createHash } from 'node:crypto'
import {
  type LoginPageOptions,
  loginForm,
  loginPage,
  loginPageHashes,
  loginPagePolicy,
  type PageState,
} from 'passport-email-otp'
import { expect, it } from 'vitest'
import { pageStates } from '../../scripts/page-states.mjs'
import { tell } from '../../src/flow/tell.js'
import * as info from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { SCRIPT } from '../../src/page/script.js'
import { expectRejected } from '../helpers/rejects-option.js'

const request = { headers: {} }
const STATES = pageStates(info, tell, en)
const draw = (state: PageState | undefined, options: LoginPageOptions = {}) =>
  loginPage({ pageState: () => state as PageState }, request, options)
const [address, code] = ['address', 'code'].map(
  (name) => STATES.find((state) => state.name === name)?.state,
)

// test/browser/page-injection.test.ts shows the same in a browser.
it('escapes everything that is not called HTML', () => {
  const attack = `"'></title></script><script>alert(1)</script>`
  const page = draw(
    code && { ...code, pending: code.pending && { ...code.pending, email: attack } },
    {
      ...{ appName: attack, email: attack, hidden: { [attack]: attack } },
      outcome: { reason: 'own', message: attack },
      action: { request: '/?"><script>', verify: '/\'"><script>' },
    },
  )
  for (const tag of [/<script>/g, /<\/script>/g, /<\/title>/g]) {
    expect(page.match(tag)).toHaveLength(1)
  }
  expect(page).not.toContain('"\'>')
})

it('takes what is called HTML as it is', () => {
  const page = draw(address, {
    headHtml: '<link rel="stylesheet" href="/x.css">',
    footerHtml: '<a href="/privacy">Privacy</a>',
    captchaHtml: '<div class="captcha"></div>',
  })
  expect(page).toContain('<link rel="stylesheet" href="/x.css">\n</head>')
  expect(page).toContain('<footer><a href="/privacy">Privacy</a></footer>')
  expect(page).toContain('<div class="captcha"></div>')
})

it('puts a stylesheet of the application behind its own, so that its colours win', () => {
  const page = draw(address, { headHtml: '<style>x</style>' })
  expect(page.indexOf('--otp-accent')).toBeLessThan(page.indexOf('<style>x</style>'))
})

it('does not let an address change the direction of the sentence behind it', () => {
  const pending = code?.pending && { ...code.pending, email: 'a\u2069b\u2068c@example.com' }
  expect(draw(code && { ...code, pending })).toContain('<bdi>abc@example.com</bdi>')
})

it('exports the hashes of the style and the script, which are the same on every page', () => {
  const sourceOf = (text: string) =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  for (const { state, options } of STATES) {
    const page = loginPage({ pageState: () => state }, request, options)
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? []
    expect({ script: sourceOf(script), style: sourceOf(style) }).toEqual(loginPageHashes)
  }
  expect(loginForm({ pageState: () => STATES[0]?.state as PageState }, request).html).toContain(
    `<script>${SCRIPT}</script>`,
  )
})

it('exports a policy that allows the page, and no form of another site and no frame', () => {
  const directives = Object.fromEntries(
    loginPagePolicy.split('; ').map((directive) => {
      const [name, ...sources] = directive.split(' ')
      return [name, sources]
    }),
  )
  expect(directives).toEqual({
    'default-src': ["'none'"],
    'script-src': [loginPageHashes.script],
    'style-src': ["'self'", loginPageHashes.style],
    'img-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  })
})

it('sends less than two kilobytes of script', () => {
  expect(Buffer.byteLength(SCRIPT)).toBeLessThan(2000)
})

it('rejects a wrong option by its name', () => {
  const reject = (name: string, options: object, ...got: string[]) =>
    expectRejected(() => draw(address, options as LoginPageOptions), name, ...got)
  reject('apName', { apName: 'x' })
  reject('appName', { appName: 7 })
  reject('email', { email: ['a', 'b'] })
  reject('hidden', { hidden: 'x' })
  reject('hidden._csrf', { hidden: { _csrf: () => 'x' } }, 'a function')
  reject('hidden._csrf', { hidden: { _csrf: null } }, 'null')
  reject('hidden._csrf', { hidden: { _csrf: ['x'] } }, 'an array of 1')
  reject('hidden', { hidden: { email: 'eve@example.com' } })
  reject('hidden', { hidden: { code: '123456' } })
  reject('hidden', { hidden: { pendingId: 'x' } })
  reject('outcome', { outcome: 'expired' })
  reject('outcome', { outcome: Object.create(info.infoFor('cross_site')) })
  reject('headHtml', { headHtml: null })
  reject('verfy', { action: { verfy: '/x' } })
  reject('appName', Object.create({ appName: 'x' }))
  for (const url of [
    '',
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    'http:evil.example',
    7,
  ]) {
    reject('action.verify', { action: { verify: url } })
  }
  for (const url of ['javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x']) {
    reject('signInAt', { signInAt: url })
    reject('action.request', { action: { request: url } })
  }
})

it('loginForm rejects the options of the document', () => {
  const form = (options: object) => () =>
    loginForm({ pageState: () => address as PageState }, request, options)
  expectRejected(form({ headHtml: '<hr>' }), 'headHtml')
  expectRejected(form({ footerHtml: '<hr>' }), 'footerHtml')
})

it('does not repeat a hidden value in an error, because it may be a secret', () => {
  const hidden = { _csrf: Symbol('hunter2') } as unknown as Record<string, string>
  expect(() => draw(address, { hidden })).toThrow(/^((?!hunter2).)*$/s)
})

it('rejects something that is not a strategy', () => {
  const page = loginPage as (strategy: unknown, req: object) => string
  for (const wrong of [undefined, {}, 'email-otp']) {
    expect(() => page(wrong, request)).toThrow(TypeError)
  }
})
