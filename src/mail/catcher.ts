import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
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
  /** Returns the file of a package that is not installed beside this one. Default: there are no other places. */
  readonly findPackage?: FindPackage
}

type FindPackage = (name: string) => string | undefined

/** The packages that only a catcher needs are not installed. */
export class CatcherPackagesError extends Error {
  constructor() {
    super('Catching mail needs two more packages: npm install --save-dev smtp-server postal-mime')
    this.name = 'CatcherPackagesError'
  }
}

/** 50 MiB, with attachments as they are encoded: the default of Exim (`message_size_limit`). Larger mails are rejected. */
const MAX_BYTES = 50 * 1024 * 1024

/** @throws {CatcherPackagesError} if the two packages are not installed; the error of `listen` */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const { port, onMail, findPackage = () => undefined } = options
  const { SMTPServer, parse } = await load(findPackage)
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

async function load(find: FindPackage) {
  try {
    const { SMTPServer } = await importFrom(
      () => import('smtp-server'),
      () => find('smtp-server'),
    )
    const { default: PostalMime } = await importFrom(
      () => import('postal-mime'),
      () => find('postal-mime'),
    )
    return { SMTPServer, parse: (raw: Buffer) => PostalMime.parse(raw) }
  } catch (err) {
    if (!isMissingModule(err)) throw err
    throw new CatcherPackagesError()
  }
}

/** Imports a package from beside this one, or else from the file that it is found at. */
async function importFrom<Module>(
  beside: () => Promise<Module>,
  find: () => string | undefined,
): Promise<Module> {
  try {
    return await beside()
  } catch (err) {
    const file = isMissingModule(err) ? find() : undefined
    if (file === undefined) throw err
    return import(pathToFileURL(file).href)
  }
}

function isMissingModule(err: unknown): boolean {
  return /MODULE_NOT_FOUND/.test(String((err as NodeJS.ErrnoException).code))
}
