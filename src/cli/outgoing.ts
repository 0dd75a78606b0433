import { mailer } from '../index.js'
import type { SendCode } from '../mail/send-code.js'
import type { Route } from './arguments.js'
import { type Catcher, startCatcher } from './catcher.js'
import { usage } from './exit.js'
import { type Failure, failureInWords } from './mail-failure.js'
import { readSmtpUrl } from './smtp-url.js'

/** Where the codes' mails go: a real server, or our own catcher. */
export interface Outgoing {
  readonly sendCode: SendCode
  /** The server's host and port. */
  readonly shown: string
  /** The mails that were caught since the last call, as text; none with a real server. */
  caught(): string[]
  inWords(failure: Failure): string
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
    })
    return {
      sendCode,
      shown: smtp.shown,
      caught: () => catcher?.take() ?? [],
      inWords: (failure) => failureInWords(failure, smtp),
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
