import type { AddressInfo } from 'node:net'
import type { Address, Email } from 'postal-mime'
import { EXIT, Exit } from './exit.js'

/** An SMTP server on the loopback interface that keeps the mails it receives. */
export interface Catcher {
  /** Its SMTP URL. */
  readonly url: string
  /** Returns the mails that arrived since the last call, as text. */
  take(): string[]
  close(): Promise<void>
}

/** Far larger than the mail of a code. Larger mails are rejected. */
const MAX_BYTES = 1024 * 1024

/** @throws {Exit} if the two packages that it needs are not installed */
export async function startCatcher(): Promise<Catcher> {
  const { SMTPServer, parse } = await load()
  const caught: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 500,
    size: MAX_BYTES,
    rejectOversized: true,
    // The answer to DATA waits for this, so every mail that was sent can be taken at once.
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
  // A client that closes the connection is an 'error' here, and needs no action.
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

/** Loads the two optional packages, which only `--catch` needs. */
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

/** Header and text of a mail with a bar at the left, without control characters that move a cursor. */
function asText({ from, to, subject = '', text = '' }: Email): string {
  const head = [`From: ${names([from])}`, `To: ${names(to)}`, `Subject: ${subject}`]
  const bar = (line: string) => `  | ${line}`.trimEnd()
  return [...head, '', ...text.trimEnd().split(/\r?\n/)]
    .flatMap((line) => wrapLine(line.replace(/\p{Cc}/gu, '')))
    .map(bar)
    .join('\n')
}

/** Breaks a line between words, because the terminal would break it without the bar. */
function wrapLine(line: string): string[] {
  return line.match(/\S.{0,74}(?=\s|$)|\S+/g) ?? ['']
}

function names(addresses: readonly (Address | undefined)[] = []): string {
  return addresses
    .flatMap((one) => one?.group ?? one ?? [])
    .map(({ name, address }) => (name ? `${name} <${address}>` : address))
    .join(', ')
}
