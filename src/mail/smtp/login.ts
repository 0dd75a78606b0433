import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection'
import XOAuth2 from 'nodemailer/lib/xoauth2'
import { own } from '../../util/own.js'

/** Reads nodemailer's `auth` option. Returns `undefined` where no login is configured. */
export function loginOf(auth: unknown, method: unknown): SMTPConnectionAuth | undefined {
  const [type, user, pass] = [own(auth, 'type'), own(auth, 'user'), own(auth, 'pass')]
  if (typeof type === 'string' && type.toUpperCase() === 'OAUTH2') {
    // One for all connections, because it keeps the access token.
    const oauth2 = new XOAuth2(auth as object)
    // The login that needs the token receives the same error.
    oauth2.on('error', () => {})
    return { type: 'OAUTH2', user: textOf(user), oauth2, method: 'XOAUTH2' }
  }
  if (!user && !pass) return undefined
  return {
    type: textOf(type)?.toUpperCase() || 'LOGIN',
    user: textOf(user),
    credentials: {
      user: textOf(user) ?? '',
      pass: textOf(pass),
      options: own(auth, 'options') as object,
    },
    method: textOf(own(auth, 'method'))?.trim().toUpperCase() || textOf(method) || false,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
