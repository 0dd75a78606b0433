import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection'
import XOAuth2 from 'nodemailer/lib/xoauth2'
import { own } from '../../util/own.js'

/** Reads nodemailer's `auth` option. Returns `undefined` where no login is configured. */
export function loginOf(auth: unknown, method: unknown): SMTPConnectionAuth | undefined {
  const [type, user, pass] = [own(auth, 'type'), own(auth, 'user'), own(auth, 'pass')]
  if (typeof type === 'string' && type.toUpperCase() === 'OAUTH2') {
    // One for all connections, because it keeps the access token.
    const oauth2 = new XOAuth2({ ...(auth as object), ...provisionOf(auth) })
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

type Provide = (user: string, renew: boolean, done: (...result: unknown[]) => void) => unknown

/** An async function that is to obtain the access token may reject instead of calling back. It may also throw. */
function provisionOf(auth: unknown): object {
  const provide = own(auth, 'provisionCallback')
  if (typeof provide !== 'function') return {}
  const provisionCallback: Provide = (user, renew, done) => {
    const asked = new Promise<unknown[]>((resolve, reject) => {
      const returned = (provide as Provide)(user, renew, (...result) => resolve(result))
      Promise.resolve(returned).catch(reject)
    })
    asked.catch((err) => [err ?? new Error('No access token')]).then((result) => done(...result))
  }
  return { provisionCallback }
}

/** A user name or password of digits is a number in YAML. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}
