import type { Readable } from 'node:stream'
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection'
import { own } from '../../util/own.js'
import { timeIsOver } from '../outcome.js'

/** Returns a socket that is already open, to a proxy for example, or nothing. */
export type OpenSocket = () => Promise<Partial<SMTPConnectionOptions>>

type Done<T> = (err: Error | null, value: T) => void

/**
 * How long the server may take to answer RSET and QUIT, which cost it nothing. A firewall that has forgotten a
 * connection drops all that comes in silence.
 */
const ANSWER_LIMIT_MS = 2_000

/**
 * How long a connection may be idle without a question whether it still works. Nothing on the way forgets it within
 * this time, and an end is noticed without a question.
 */
const TRUSTED_MS = 1_000

/** nodemailer's own default, where the option is 0. */
const NODEMAILER_CONNECTION_TIMEOUT_MS = 2 * 60 * 1000

/** One connection to the mail server. */
export class Connection {
  readonly #options: SMTPConnectionOptions
  readonly #login: SMTPConnectionAuth | undefined
  readonly #openSocket: OpenSocket
  readonly #failed: Promise<never>
  #fail: (err: unknown) => void = () => {}
  #smtp: SMTPConnection | undefined
  #isOver = false
  #close: () => void = () => {}
  /** Resolves when the socket is closed, so that the server does not count it any more. */
  readonly closed = new Promise<void>((resolve) => {
    this.#close = resolve
  })
  /** Whether the server has let us in; a login may follow. */
  isAdmitted = false
  /** Mails that were tried on it. */
  mails = 0
  /** When it became idle, by the clock of this machine; `undefined` while it is not. */
  idleSince: number | undefined

  constructor(
    options: SMTPConnectionOptions,
    login: SMTPConnectionAuth | undefined,
    openSocket: OpenSocket,
  ) {
    this.#options = options
    this.#login = login
    this.#openSocket = openSocket
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    // Nothing may wait for a connection that ends while it is idle.
    this.#failed.catch(() => {})
  }

  get #connectionTimeoutMs(): number {
    return Number(this.#options.connectionTimeout) || NODEMAILER_CONNECTION_TIMEOUT_MS
  }

  get isOpening(): boolean {
    return !this.isAdmitted && !this.#isOver
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether a mail server has answered. */
  get isReached(): boolean {
    return Boolean(this.#smtp?.lastServerResponse)
  }

  /** Connects and logs in. @throws nodemailer's error */
  async open(): Promise<void> {
    const given = await this.#socketInTime()
    if (this.#isOver) {
      given.connection?.destroy()
      return this.#failed
    }
    const smtp = new SMTPConnection({ ...this.#options, ...given })
    this.#smtp = smtp
    smtp.on('error', this.#fail)
    smtp.once('end', () => this.#end(smtp))
    await this.#run<void>((done) => smtp.connect((err) => done(err ?? null, undefined)))
    this.isAdmitted = true
    const login = this.#login
    if (login && (smtp.allowsAuth || own(this.#options, 'forceAuth') === true)) {
      await this.#run<unknown>((done) => smtp.login(login, done as never))
    }
  }

  /** The way to the server may be a proxy, or a function of the application that never calls back. */
  async #socketInTime(): Promise<Partial<SMTPConnectionOptions>> {
    const opening = this.#openSocket()
    const limit = setTimeout(() => this.destroy(timeIsOver()), this.#connectionTimeoutMs)
    const destroyLate = ({ connection }: Partial<SMTPConnectionOptions>) => {
      if (this.#isOver) connection?.destroy()
    }
    opening.then(destroyLate, () => {})
    try {
      return await Promise.race([opening, this.#failed])
    } finally {
      clearTimeout(limit)
    }
  }

  /** Sends one mail. @throws nodemailer's error */
  send(envelope: SMTPEnvelope, message: Readable): Promise<SMTPConnectionSendInfo> {
    this.mails += 1
    return this.#run((done) => this.#opened.send({ ...envelope }, message, done as never))
  }

  /** Ends the transaction, so that the next mail can be sent. @throws if the server does not agree, or not in time */
  async reset(): Promise<void> {
    const timer = setTimeout(() => this.destroy(timeIsOver()), ANSWER_LIMIT_MS)
    try {
      await this.#run<unknown>((done) => this.#opened.reset(done as never))
    } finally {
      clearTimeout(timer)
    }
  }

  /** Lets the process end while nothing is sent. */
  rest(): void {
    this.idleSince = Date.now()
    this.#socket?.unref()
  }

  /** Ends {@link rest}. @throws if the server does not answer any more */
  async resume(): Promise<void> {
    const idleMs = Date.now() - (this.idleSince ?? 0)
    this.idleSince = undefined
    this.#socket?.ref()
    if (idleMs < 0 || idleMs >= TRUSTED_MS) await this.reset()
  }

  /** Says goodbye and ends, whether the server answers or not. */
  quit(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#socket?.unref()
    this.#smtp?.quit()
    setTimeout(() => this.destroy(timeIsOver()), ANSWER_LIMIT_MS).unref()
  }

  /** Ends at once. What waits for the connection fails with `reason`. */
  destroy(reason: Error): void {
    this.#isOver = true
    this.#fail(reason)
    const socket = this.#socket
    if (this.#smtp) this.#smtp.close()
    else this.#close()
    // Without waiting for an answer to our end, which a forgotten connection never gives.
    socket?.destroy()
  }

  get #opened(): SMTPConnection {
    if (!this.#smtp) throw new Error('The connection was not opened')
    return this.#smtp
  }

  get #socket() {
    return this.#smtp?._socket || undefined
  }

  #end(smtp: SMTPConnection): void {
    this.#isOver = true
    const socket = smtp._socket
    if (socket && !socket.closed) socket.once('close', this.#close)
    else this.#close()
    // A command that waits gets a better error, which names the server's reply, in the same turn.
    setImmediate(() => {
      const ended = Object.assign(new Error('The connection has ended'), { code: 'ECONNECTION' })
      this.#fail(ended)
    })
  }

  /** Runs one command of nodemailer. It fails when the connection does, because then some callbacks never come. */
  #run<T>(start: (done: Done<T>) => void): Promise<T> {
    const command = new Promise<T>((resolve, reject) => {
      start((err, value) => (err ? reject(err) : resolve(value)))
    })
    return Promise.race([command, this.#failed])
  }
}
