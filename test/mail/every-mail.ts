import { type CodeMail, type MailerOptions, mailer } from 'passport-email-otp'
import { codeMail } from '../helpers/code-mail.js'
import { type Mail, startSmtp } from '../helpers/smtp.js'
import { CATALOGUES, TAGS } from '../languages/list.js'
import { ORIGIN } from './sent-mail.js'

/** What mails differ in, apart from their language. */
const KINDS: readonly [name: string, mail: Partial<CodeMail>, options: Partial<MailerOptions>][] = [
  ['a sign-in', { origin: ORIGIN }, {}],
  ['a subject without the code', { origin: ORIGIN }, { codeInSubject: false }],
  [
    'a longer code after a password',
    { code: '0493027581', digits: 10, isSecondFactor: true, isLengthened: true, origin: ORIGIN },
    {},
  ],
  ['a link', { origin: ORIGIN }, { link: `${ORIGIN}/login` }],
  ['another purpose', { purpose: 'pay', purposeText: 'Acme #7', origin: ORIGIN }, {}],
  ['no name and no host', {}, { from: 'login@acme.example' }],
]

export interface SentMail extends Mail {
  readonly tag: string
  readonly kind: string
  readonly sentCode: string
}

/** Those whose sentences differ most are in every language. The others differ in their headers. */
const IN_ALL_LANGUAGES = ['a sign-in', 'a longer code after a password', 'a link']
const tagsOf = (kind: string) => (IN_ALL_LANGUAGES.includes(kind) ? TAGS : ['en', 'ja'])

/** Sends mails of each kind and in each language, and returns them as a mail server received them. */
export async function everyMail(): Promise<readonly SentMail[]> {
  const smtp = await startSmtp()
  const sent: SentMail[] = []
  for (const [kind, changes, options] of KINDS) {
    const send = mailer({
      transport: smtp.url,
      from: 'Acme <login@acme.example>',
      languages: CATALOGUES,
      ...options,
    })
    for (const tag of tagsOf(kind)) {
      const mail = codeMail({ ...changes, locale: tag })
      await send(mail)
      sent.push({ ...(await smtp.next()), tag, kind, sentCode: mail.code })
    }
    await send.close()
  }
  await smtp.close()
  return sent
}
