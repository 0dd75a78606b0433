import {
  type EmailOtpEvent,
  type EmailOtpOptions,
  type MailerOptions,
  MemoryStore,
  mailer,
  Strategy,
  type Verify,
} from 'passport-email-otp'
import { onTestFinished } from 'vitest'
import { type Smtp, type SmtpOptions, startSmtp } from './smtp.js'

export const SECRET = 'a secret for tests, 0123456789 and more of it'

/** Starts a mail server that ends with the test. */
export async function smtpOfTest(options?: SmtpOptions): Promise<Smtp> {
  const smtp = await startSmtp(options)
  onTestFinished(() => smtp.close())
  return smtp
}

/** A mailer that ends with the test. */
export function mailerTo(
  transport: MailerOptions['transport'],
  options: Partial<MailerOptions> = {},
) {
  const sendCode = mailer({ transport, from: 'Acme <login@acme.example>', ...options })
  onTestFinished(() => sendCode.close())
  return sendCode
}

export interface Mailed {
  readonly smtp: Smtp
  /** The options of a strategy that sends its mails there. */
  readonly options: {
    readonly secret: string
    readonly sendCode: ReturnType<typeof mailer>
    readonly store: MemoryStore
    readonly onEvent: (event: EmailOtpEvent) => void
  }
  readonly events: EmailOtpEvent[]
}

/** Starts a mail server, and returns it with the options of a strategy that sends its mails there. */
export async function startMail(): Promise<Mailed> {
  const smtp = await smtpOfTest()
  const sendCode = mailerTo(smtp.url)
  const events: EmailOtpEvent[] = []
  const onEvent = (event: EmailOtpEvent) => void events.push(event)
  return { smtp, events, options: { secret: SECRET, sendCode, store: new MemoryStore(), onEvent } }
}

/** Accepts every proven address as its user. */
export const anybody: Verify = async (email) => ({ email })

/** A strategy that sends its mails to `mail` and accepts every proven address. */
export function strategyOn(
  mail: Mailed,
  options: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> = {},
  verify: Verify = anybody,
): Strategy {
  return new Strategy({ ...mail.options, ...options }, verify)
}
