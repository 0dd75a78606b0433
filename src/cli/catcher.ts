import type { AddressInfo } from 'node:net'
import type { Address, Email } from 'postal-mime'
import { EXIT, Exit } from './exit.js'

/** An SMTP server of our own, on loopback, that keeps what it is given. */
export interface Catcher {
  /** Its SMTP URL. */
  readonly url: string
  /** The mails that arrived since the last call, as text. */
  take(): string[]
  close(): Promise<void>
}

/** Far more than a code's mail has; a catcher need not keep anything bigger. */
const MAX_BYTES = 1024 * 1024

/** @throws {Exit} where the two packages it needs are not installed */
export async function startCatcher(): Promise<Catcher> {
  const { SMTPServer, parse } = await load()
  const caught: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 500,
    size: MAX_BYTES,
    rejectOversized: true,
    // The answer to DATA waits for this, so a mail that was sent is a mail that can be taken.
    onData(stream, _session, callback) {
      stream
        .toArray()
        .then((chunks) => parse(Buffer.concat(chunks)))
        .then((mail) => {
          caught.push(asText(mail))
          callback()
        })
        .catch(callback)
    },
  })
  // A client that hangs up is an 'error' here, and of no interest.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    take: () => caught.splice(0),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** The two optional peers, which only `--catch` needs. */
async function load() {
  try {
    const { SMTPServer } = await import('smtp-server')
    const { default: PostalMime } = await import('postal-mime')
    return { SMTPServer, parse: (raw: Buffer) => PostalMime.parse(raw) }
  } catch (err) {
    if (!/MODULE_NOT_FOUND/.test(String((err as NodeJS.ErrnoException).code))) throw err
    throw new Exit(
      EXIT.usage,
      '--catch needs two more packages: npm install passport-email-otp smtp-server postal-mime',
    )
  }
}

/** Like a mail in a terminal: its head, its text, a bar at the left, nothing that moves a cursor. */
function asText({ from, to, subject = '', text = '' }: Email): string {
  const head = [`From: ${names([from])}`, `To: ${names(to)}`, `Subject: ${subject}`]
  const bar = (line: string) => `  | ${line}`.trimEnd()
  return [...head, '', ...text.trimEnd().split(/\r?\n/)]
    .flatMap((line) => fold(line.replace(/\p{Cc}/gu, '')))
    .map(bar)
    .join('\n')
}

/** Breaks a line between words, so that the terminal need not break it across the bar. */
function fold(line: string): string[] {
  return line.match(/\S.{0,74}(?=\s|$)|\S+/g) ?? ['']
}

function names(addresses: readonly (Address | undefined)[] = []): string {
  return addresses
    .flatMap((one) => one?.group ?? one ?? [])
    .map(({ name, address }) => (name ? `${name} <${address}>` : address))
    .join(', ')
}
