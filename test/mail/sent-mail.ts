import type { CodeMail, MailerOptions } from 'passport-email-otp'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import type { Mail } from '../helpers/smtp.js'

export const ORIGIN = 'https://app.acme.example'

/** Sends one mail, and returns it as the mail server received it. */
export async function sent(
  changes: Partial<CodeMail> = {},
  options: Partial<MailerOptions> = {},
): Promise<Mail> {
  const smtp = await smtpOfTest()
  await mailerTo(smtp.url, options)(codeMail(changes))
  return smtp.next()
}
