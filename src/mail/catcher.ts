import type { AddressInfo } from 'node:net'
import type { Email } from 'postal-mime'

/** An SMTP server on the loopback interface that forwards no mail. */
export interface MailCatcher {
  /** Its SMTP URL. */
  readonly url: string
  close(): Promise<void>
}

export interface MailCatcherOptions {
  /** 0 for a free port. */
  readonly port: number
  /** Called with each mail and the addresses of its envelope, before the client is told that it was accepted. */
  onMail(mail: Email, recipients: readonly string[]): void
}

/** The packages that only a catcher needs are not installed. */
export class CatcherPackagesError extends Error {
  constructor() {
    super('Catching mail needs two more packages: smtp-server and postal-mime')
    this.name = 'CatcherPackagesError'
  }
}

/** Far larger than the mail of a code. Larger mails are rejected. */
const MAX_BYTES = 1024 * 1024

/** @throws {CatcherPackagesError} if the two packages are not installed; the error of `listen` */
export async function startMailCatcher({ port, onMail }: MailCatcherOptions): Promise<MailCatcher> {
  const { SMTPServer, parse } = await load()
  const server = new SMTPServer({
    authOptional: true,
    // Any login is right: the URL of a test may hold one.
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username }),
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    size: MAX_BYTES,
    rejectOversized: true,
    // The answer to DATA waits for this, so every mail that was sent can be read at once.
    onData(stream, { envelope }, callback) {
      stream
        .toArray()
        .then((chunks) => parse(Buffer.concat(chunks)))
        .then((mail) => {
          onMail(
            mail,
            envelope.rcptTo.map(({ address }) => address),
          )
          callback()
        })
        .catch(callback)
    },
  })
  // A client that closes the connection is an 'error' here, and needs no action.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: listening } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${listening}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function load() {
  try {
    const { SMTPServer } = await import('smtp-server')
    const { default: PostalMime } = await import('postal-mime')
    return { SMTPServer, parse: (raw: Buffer) => PostalMime.parse(raw) }
  } catch (err) {
    if (!/MODULE_NOT_FOUND/.test(String((err as NodeJS.ErrnoException).code))) throw err
    throw new CatcherPackagesError()
  }
}
