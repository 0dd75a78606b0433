import { inspect } from 'node:util'
import { type CodeMail, type EmailOtpEvent, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { noExim, startExim } from '../health/exim.js'
import { anybody, mailerTo, SECRET } from '../helpers/mail.js'

const LOGIN = { user: 'app', pass: 'hunter2' }
const LOCAL = "zqada.o'hara+shop"
const ADDRESS = `${LOCAL}@xn--bcher-kva.example`

/** An expansion of exim. */
const run = (expansion: string) => `\${${expansion}}`
const encoded = (plus: string) => run(`sg{$local_part}{[+]}{${plus}}`)

/** What exim says of a recipient. */
const REFUSALS: Readonly<Record<string, string>> = {
  'the address': '$local_part@$domain is unknown',
  'the local part': 'no mailbox $local_part here',
  'the local part in capitals': `no mailbox ${run('uc:$local_part')} here`,
  'the local part, quoted': `no mailbox ${run('quote:$local_part')} here`,
  'a quoted local part': `<${run('quote_local_part:$local_part')}@$domain> is unknown`,
  'the domain decoded': `$local_part@${run('utf8_domain_from_alabel:$domain')} is unknown`,
  'an encoded word': `${run('rfc2047:<$local_part@bücher.example>')} is unknown`,
  base64: `token ${run('base64:to=$local_part@$domain')}`,
  'a URL': `see https://acme.example/?to=${encoded('%2B')}%40$domain`,
  xtext: `ORCPT=rfc822;${encoded('+2B')}+40$domain`,
  VERP: `bounced to list-${encoded('=2B')}=$domain@acme.example`,
  SRS: 'relayed as SRS0=ab1C=Xy=$domain=$local_part@relay.example',
  lines: 'no such user:\\n$local_part\\nat $domain',
}

describe.skipIf(noExim)('exim4 quotes', () => {
  it.each(Object.entries(REFUSALS))(
    '%s, and neither the error nor an event has it',
    async (_what, refusal) => {
      const { port } = await startExim({ ...LOGIN, refusal })
      const sendCode = mailerTo({ host: '127.0.0.1', port, auth: LOGIN })
      const events: EmailOtpEvent[] = []
      const codes: string[] = []
      const options = {
        secret: SECRET,
        onEvent: (event: EmailOtpEvent) => void events.push(event),
        sendCode: async (mail: CodeMail) => {
          codes.push(mail.code)
          await sendCode(mail)
        },
      }
      const emailOtp = new Strategy(options, anybody)
      const failed = await emailOtp.requestCode({ headers: {}, session: {} }, ADDRESS).then(
        () => expect.unreachable(),
        (err: unknown) => err,
      )

      const shown = inspect([failed, events], { depth: 10, showHidden: true })
      expect(shown).toContain('550')
      // exim has quoted it.
      expect(shown).toMatch(/\[(address|encoded)\]/)
      expect(shown.toLowerCase()).not.toContain('zqada')
      expect(shown.toLowerCase()).not.toContain('hara')
      for (const token of shown.match(/[\w+/=-]{12,}/g) ?? []) {
        expect(Buffer.from(token, 'base64').toString()).not.toContain('zqada')
      }
      for (const code of codes) expect(shown).not.toContain(code)
    },
  )
})
