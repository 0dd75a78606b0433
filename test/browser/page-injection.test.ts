import { loginPage } from 'passport-email-otp'
import { expect, it, vi } from 'vitest'
import { pageStates } from '../../scripts/page-states.mjs'
import { tell } from '../../src/flow/tell.js'
import * as info from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { describeInChromium } from './chromium.js'
import { outlinesOf } from './in-page.js'

vi.setConfig({ testTimeout: 120_000 })

/** One of each view. */
const VIEWS = ['address-invalid', 'code-wrong', 'expired', 'second-factor-signed-out']
const STATES = pageStates(info, tell, en).filter(({ name }) => VIEWS.includes(name))

/** Each ends a tag, an attribute, an element, a comment or a script, in a browser that reads it as HTML. */
const ATTACKS = [
  `"><img src=x onerror=alert(1)>`,
  `' autofocus onfocus=alert(1) x='`,
  '" autofocus onfocus=alert(1) x="',
  '</title></style></script><script>alert(1)</script>',
  '--><svg onload=alert(1)>',
  '</p></form></div></main><form action=//evil.example><button>',
  '&quot;><b>',
  '&#34;><b>',
  '\u0000"><b>',
  '\ud800"><b>',
  '`-alert(1)-`',
  '{{alert(1)}}',
  '\u2068\u2069</bdi><b>',
]
const HARMLESS = 'x'

const notSignedIn = tell(en.reasons, info.infoFor('not_signed_in'))
const notAllowed = tell(en.reasons, info.infoFor('not_allowed'))

/** Everything that is drawn and is no HTML of the application. */
const PLACES: Record<
  string,
  (text: string, state: object) => { state?: object; options?: object }
> = {
  appName: (appName) => ({ options: { appName } }),
  email: (email) => ({ options: { email } }),
  'name of a hidden field': (name) => ({ options: { hidden: { [name]: 'x' } } }),
  'value of a hidden field': (value) => ({ options: { hidden: { _csrf: value } } }),
  'action.request': (text) => ({ options: { action: { request: `/x?${text}` } } }),
  'action.verify': (text) => ({ options: { action: { verify: `/x?${text}` } } }),
  signInAt: (text) => ({ options: { signInAt: `/x?${text}`, outcome: notSignedIn } }),
  'message of an outcome': (text) => ({
    options: {
      outcome: { ...notAllowed, message: text.replace(/[\u2068\u2069]/g, '') },
    },
  }),
  'reason of an outcome': (reason) => ({ options: { outcome: { reason, message: 'x' } } }),
  error: (text) => ({ options: { error: new Error(text) } }),
  emailField: (email) => ({ state: { fields: { email, code: 'c', pendingId: 'p' } } }),
  codeField: (code) => ({ state: { fields: { email: 'e', code, pendingId: 'p' } } }),
  'pending address': (email, { pending }: { pending?: object }) => ({
    state: { pending: pending && { ...pending, email } },
  }),
  'pending.id': (id, { pending }: { pending?: object }) => ({
    state: { pending: pending && { ...pending, id } },
  }),
}

describeInChromium('a text of an attacker', (openTab) => {
  it('adds no element and no attribute to the page, wherever it is drawn', async () => {
    // It opens no page: it parses texts.
    const { page } = await openTab()
    for (const [place, putInto] of Object.entries(PLACES)) {
      for (const { name, state, options } of STATES) {
        const [expected, ...outlines] = await page.evaluate(
          outlinesOf,
          [HARMLESS, ...ATTACKS].map((text) => {
            const put = putInto(text, state)
            const drawn = { ...state, ...put.state }
            const strategy = { pageState: () => drawn }
            return loginPage(strategy, { headers: {} }, { ...options, ...put.options })
          }),
        )
        expect(expected, name).toContain('SCRIPT')
        for (const [n, outline] of outlines.entries()) {
          expect(outline, `${place} of ${name}: ${ATTACKS[n]}`).toBe(expected)
        }
      }
    }
  })
})
