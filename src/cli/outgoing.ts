import { mailer } from '../index.js'
import type { MailFailure } from '../mail/failure-row.js'
import type { SendCode } from '../mail/send-code.js'
import type { Route } from './arguments.js'
import { type Catcher, startCatcher } from './catcher.js'
import { usage } from './exit.js'
import { failureText } from './mail-failure.js'
import { readSmtpUrl } from './smtp-url.js'

/** Sends the mails of the codes: through a real server, or to the catcher. */
export interface Outgoing {
  readonly sendCode: SendCode
  /** The server's host and port. */
  readonly shown: string
  /** Returns the mails that were caught since the last call, as text; empty with a real server. */
  caught(): string[]
  /** Explains a mail that could not be sent. */
  failureText(failure: MailFailure): string
  close(): Promise<void>
}

export async function openOutgoing(route: Route): Promise<Outgoing> {
  const catcher: Catcher | undefined = route.catch ? await startCatcher() : undefined
  const smtp = route.catch ? readSmtpUrl(catcher?.url ?? '', '--catch') : route.smtp
  try {
    const sendCode = mailer({
      transport: smtp.url,
      from: route.from,
      appName: 'passport-email-otp',
      allowUnencryptedPassword: !route.catch && route.allowUnencryptedPassword,
    })
    return {
      sendCode,
      shown: smtp.shown,
      caught: () => catcher?.take() ?? [],
      failureText: (failure) => failureText(failure, smtp),
      async close() {
        sendCode.close()
        await catcher?.close()
      },
    }
  } catch (err) {
    await catcher?.close()
    if (err instanceof TypeError) throw usage(err.message)
    throw err
  }
}
