import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { domainToASCII } from 'node:url'
import PostalMime from 'postal-mime'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'
import { SELF_SIGNED } from './certificates.js'
import { gate } from './gate.js'

type SMTPConnection = SMTPServer['connections'] extends Set<infer Connection> ? Connection : never

/** A mail as the server got it. */
export interface Mail {
  /** What was said in `MAIL FROM` and `RCPT TO`, which alone decides where a mail goes. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  /** The `From` header. */
  readonly from: { readonly name: string; readonly address: string }
  /** The addresses of the `To` header. */
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** By lower-case name; of two headers with one name, the last. */
  readonly headers: Readonly<Record<string, string>>
  /** All bytes of the message, each as one character. */
  readonly raw: string
  /** The code as a person reads it: the first 6 to 10 digits in the text. Throws without one. */
  readonly code: string
}

export interface SmtpOptions {
  /** Takes no mail from a client that hasn't logged in so. Default: no login is offered. */
  readonly auth?: { readonly user: string; readonly pass: string }
  /** Offers TLS, with a certificate for another host that signs itself. Default: plain text only. */
  readonly tls?: 'starttls' | 'implicit'
  /** `false`: connections are accepted and never greeted. Default `true`. */
  readonly greets?: boolean
}

export interface Smtp {
  /** `smtp://` (or `smtps://`) with the login, where there is one. */
  readonly url: string
  readonly port: number
  /** All mails so far, oldest first; a mail whose answer is held or refused is among them. */
  readonly mails: readonly Mail[]
  /** Connections opened so far. */
  readonly connections: number
  /** The first mail that no earlier `next()` gave, as soon as it is there. */
  next(): Promise<Mail>
  /** All mails, as soon as there are `count` of them. */
  waitFor(count: number): Promise<readonly Mail[]>
  /** Answers every `RCPT TO` with this code until `behave()`. Default 550. */
  rejectRecipient(responseCode?: number): void
  /** Takes each whole mail and answers it with this code until `behave()`. Default 451. */
  rejectMail(responseCode?: number): void
  /** Takes each whole mail, then drops the connection instead of answering, until `behave()`. */
  dieAfterData(): void
  /** Takes each whole mail and keeps its answer back until `release()`. */
  hold(): void
  release(): void
  /** Ends all failure modes but `hold()`. */
  behave(): void
  /** Drops all open connections without a word, as servers do with idle ones. */
  dropConnections(): void
  /** As soon as none of the connections that are open now is open any more. */
  disconnected(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a real SMTP server on a free port of the loopback interface.
 *
 * ```ts
 * const smtp = await startSmtp()
 * afterAll(() => smtp.close())
 * const { code } = await smtp.next()
 * ```
 */
export async function startSmtp(options: SmtpOptions = {}): Promise<Smtp> {
  const { auth, tls, greets = true } = options
  const inbox = new Inbox()
  const sockets = new Set<Socket>()
  let connections = 0
  let recipientAnswer: number | undefined
  let mailAnswer: number | 'die' | undefined
  let held: ReturnType<typeof gate<void>> | undefined

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    inbox.add(await readMail(stream, session))
    await held?.opened
    if (mailAnswer === 'die') {
      drop(({ session: { id } }) => id === session.id)
      return new Promise(() => {})
    }
    if (mailAnswer) throw answer(mailAnswer)
  }

  /** From the topmost socket: taking TLS down from below in its handshake crashes Node.js. */
  function drop(which: (connection: SMTPConnection) => boolean): void {
    for (const connection of server.connections) {
      if (which(connection)) connection._socket.destroy()
    }
  }

  const server = new PromptServer({
    logger: false,
    disableReverseLookup: true,
    secure: tls === 'implicit',
    ...SELF_SIGNED,
    disabledCommands: [...(auth ? [] : ['AUTH']), ...(tls === 'starttls' ? [] : ['STARTTLS'])],
    authOptional: !auth,
    allowInsecureAuth: true,
    closeTimeout: 1,
    onConnect: (_session, callback) => {
      if (greets) callback()
    },
    onAuth: ({ username, password }, _session, callback) => {
      if (username === auth?.user && password === auth?.pass) callback(null, { user: username })
      else callback(answer(535))
    },
    onRcptTo: (_address, _session, callback) => {
      callback(recipientAnswer ? answer(recipientAnswer) : null)
    },
    onData: (stream, session, callback) => {
      take(stream, session).then(() => callback(), callback)
    },
  })
  server.on('error', () => {}) // clients that go away, or that distrust the certificate
  server.server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const { port } = listener.address() as AddressInfo
  const login = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.pass)}@` : ''
  const dropConnections = () => drop(() => true)

  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${login}127.0.0.1:${port}`,
    port,
    mails: inbox.mails,
    get connections() {
      return connections
    },
    next: () => inbox.next(),
    waitFor: (count) => inbox.waitFor(count),
    rejectRecipient: (responseCode = 550) => {
      recipientAnswer = responseCode
    },
    rejectMail: (responseCode = 451) => {
      mailAnswer = responseCode
    },
    dieAfterData: () => {
      mailAnswer = 'die'
    },
    hold: () => {
      held ??= gate()
    },
    release: () => {
      held?.open()
      held = undefined
    },
    behave: () => {
      recipientAnswer = undefined
      mailAnswer = undefined
    },
    dropConnections,
    disconnected: async () => {
      const closed = [...sockets].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      )
      await Promise.all(closed)
    },
    close: () => {
      inbox.close()
      dropConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Greets at once. smtp-server itself waits 100 ms for clients that talk too soon, and the tests have none. */
class PromptServer extends SMTPServer {
  /** Reads the certificate only where TLS is offered: that takes as long as the rest of the start. */
  override updateSecureContext(options: SMTPServerOptions): void {
    const { secure, disabledCommands } = this.options
    if (secure || !disabledCommands?.includes('STARTTLS')) super.updateSecureContext(options)
    else this.secureContext = new Map()
  }

  override connect(...accepted: Parameters<SMTPServer['connect']>): void {
    super.connect(...accepted)
    const connection = [...this.connections].at(-1)
    if (connection?._socket !== accepted[0]) return
    connection.connectionReady()
    // Called once more by the timer that is running.
    connection.connectionReady = () => {}
  }
}

/** The mails so far, and whoever waits for more. */
class Inbox {
  readonly mails: Mail[] = []
  readonly #waiting = new Set<{ count: number; resolve(): void; reject(err: Error): void }>()
  #taken = 0

  add(mail: Mail): void {
    this.mails.push(mail)
    for (const waiter of this.#waiting) {
      if (this.mails.length < waiter.count) continue
      this.#waiting.delete(waiter)
      waiter.resolve()
    }
  }

  async next(): Promise<Mail> {
    this.#taken += 1
    const index = this.#taken - 1
    await this.waitFor(index + 1)
    return this.mails[index] as Mail
  }

  async waitFor(count: number): Promise<readonly Mail[]> {
    if (this.mails.length < count) {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.add({ count, resolve, reject })
      })
    }
    return this.mails
  }

  close(): void {
    for (const { count, reject } of this.#waiting) {
      reject(new Error(`closed with ${this.mails.length} of the ${count} mails waited for`))
    }
  }
}

function answer(responseCode: number): Error {
  return Object.assign(new Error('not today'), { responseCode })
}

async function readMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Mail> {
  const raw = Buffer.concat(await stream.toArray())
  const parsed = await PostalMime.parse(raw)
  const text = parsed.text ?? ''
  const { mailFrom, rcptTo } = session.envelope
  return {
    envelope: {
      from: mailFrom ? onTheWire(mailFrom.address) : '',
      to: rcptTo.map(({ address }) => onTheWire(address)),
    },
    from: { name: parsed.from?.name ?? '', address: parsed.from?.address ?? '' },
    to: parsed.to?.map(({ address }) => address ?? '') ?? [],
    subject: parsed.subject ?? '',
    text,
    html: parsed.html ?? '',
    headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key, value])),
    raw: raw.toString('latin1'),
    get code() {
      const code = /(?<!\d)\d{6,10}(?!\d)/.exec(text)?.[0]
      if (code === undefined) throw new Error(`no code in this mail: ${text}`)
      return code
    },
  }
}

/** smtp-server shows domains in Unicode; this is what the client had said. */
function onTheWire(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at + 1)}${domainToASCII(address.slice(at + 1))}`
}
