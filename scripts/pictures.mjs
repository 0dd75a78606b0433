// What the scripts that draw pictures share: Chromium, and the HTML of mails. They need a build.

import { chromium } from 'playwright-core'
import { mailer } from '../dist/esm/index.js'

/** Starts Chromium (CHROMIUM_PATH, or /usr/bin/chromium). */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
}

const ORIGIN = 'https://app.acme.example'

/** The kinds of mails that differ most: what is sent, and the options of the mailer. */
export const MAIL_KINDS = {
  'sign-in': [{}, {}],
  link: [{}, { link: `${ORIGIN}/login` }],
  longest: [{ code: '0493027581', digits: 10, isSecondFactor: true, isLengthened: true }, {}],
}

/** Returns the subject and the HTML of a mail, as a mail server would receive them. */
export async function writtenMail(kind, catalogue) {
  const [changes, options] = MAIL_KINDS[kind]
  let written
  const transport = {
    sendMail: async (mail) => {
      written = mail
    },
  }
  const from = 'Acme <login@acme.example>'
  const send = mailer({ transport, from, languages: [catalogue], ...options })
  await send({
    to: 'ada@example.com',
    purpose: 'login',
    code: '493027',
    digits: 6,
    expiresAt: new Date(Date.now() + 600_000),
    origin: ORIGIN,
    pendingId: 'abcdefghijklmnop',
    signal: new AbortController().signal,
    locale: catalogue.tag,
    ...changes,
  })
  return { subject: written.subject, html: written.html }
}
