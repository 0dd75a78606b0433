import { types } from 'node:util'
import { parseEmail } from '../challenge/email.js'
import { describeSecret } from '../util/describe.js'
import { member, ownFields } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'
import { notSent } from './outcome.js'
import type { CodeToMail } from './send-code.js'

const CODE = /^\d{6,10}$/

/**
 * Checks what the mailer is called with. A strategy makes it right, but a queue or a database in between may have
 * changed it: JSON has no dates and no signals, and SQL has `null` in place of `undefined`.
 *
 * @throws TypeError with `notSent: true` that shows neither the code nor the address
 */
export function readMail(mail: CodeToMail): CodeToMail {
  if (typeof mail !== 'object' || mail === null)
    throw wrong('the mail', 'an object', describeSecret(mail))
  const { to, code, expiresAt } = mail
  if (typeof to !== 'string' || parseEmail(to) !== to) {
    const expected = 'one plain address, lower-cased, its domain in ASCII'
    throw notSent(setUpError(`mailer: "to" must be ${expected}`, 'docs/guides/send-mail.md'), false)
  }
  if (typeof code !== 'string' || !CODE.test(code)) {
    throw wrong(
      '"code"',
      'a string of 6 to 10 digits, with its leading zeros',
      describeSecret(code),
    )
  }
  if (!types.isDate(expiresAt)) throw wrong('"expiresAt"', 'a Date', describeSecret(expiresAt))
  if (Number.isNaN(expiresAt.getTime())) throw wrong('"expiresAt"', 'a Date', 'an invalid Date')
  const { purposeText, origin, signal } = ownFields(mail, ['purposeText', 'origin', 'signal'])
  return {
    ...mail,
    purposeText: (purposeText as string | null) ?? undefined,
    origin: (origin as string | null) ?? undefined,
    signal: readSignal(signal),
  }
}

/** JSON leaves `{}` of a signal. Anything else that is no signal is a mistake, and would never stop the mail. */
function readSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal === null || isEmptyObject(signal)) return undefined
  if (typeof member(signal, 'addEventListener') === 'function') return signal as AbortSignal
  throw wrong('"signal"', 'an AbortSignal or left out', describeSecret(signal))
}

function isEmptyObject(value: unknown): boolean {
  const isPlain = Object.prototype.toString.call(value) === '[object Object]'
  return isPlain && Object.keys(value as object).length === 0
}

function wrong(what: string, expected: string, got: string): object {
  const message = `mailer: ${what} must be ${expected}; got ${got}`
  return notSent(setUpError(message, 'docs/operations/queue.md'), false)
}
