import type { Readable } from 'node:stream'
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection'
import { own } from '../../util/own.js'
import { connectionEnded, timeIsOver } from '../outcome.js'
import { ANSWER_LIMIT_MS, connectionTimeoutMs, socketTimeoutMs, TRUSTED_MS } from './time-limits.js'

/** Returns a socket that is already open, to a proxy for example, or nothing. */
export type OpenSocket = () => Promise<Partial<SMTPConnectionOptions>>

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
  /** Whether a login is configured that the server does not offer. Mails are sent without it. */
  isLoginMissing = false
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

  get isOpening(): boolean {
    return !this.isAdmitted && !this.#isOver
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether the server has replied: since the connection was made, or since it is used again. */
  get isAnswered(): boolean {
    return Boolean(this.#smtp?.lastServerResponse)
  }

  /** Connects and logs in. @throws nodemailer's error */
  async open(): Promise<void> {
    const startedAt = Date.now()
    const given = await this.#socketInTime()
    if (this.#isOver) {
      given.connection?.destroy()
      return this.#failed
    }
    const smtp = new SMTPConnection({ ...this.#options, ...given })
    // The way through a proxy is part of `connectionTimeout`.
    Object.assign(smtp, { _connectStartedAt: startedAt })
    this.#smtp = smtp
    smtp.on('error', this.#fail)
    smtp.once('end', () => this.#end(smtp))
    await this.#run<void>((done) => smtp.connect((err) => done(err ?? null, undefined)))
    this.isAdmitted = true
    const login = this.#login
    if (!login) return
    this.isLoginMissing = !smtp.allowsAuth && own(this.#options, 'forceAuth') !== true
    if (this.isLoginMissing) return
    await this.#run<unknown>((done) => smtp.login(login, done as never))
  }

  /** The way to the server may be a proxy, or a function of the application that never calls back. */
  async #socketInTime(): Promise<Partial<SMTPConnectionOptions>> {
    const opening = this.#openSocket()
    const destroyLate = ({ connection }: Partial<SMTPConnectionOptions>) => {
      if (this.#isOver) connection?.destroy()
    }
    opening.then(destroyLate, () => {})
    return this.#within(connectionTimeoutMs(this.#options), Promise.race([opening, this.#failed]))
  }

  /** Sends one mail. @throws nodemailer's error */
  async send(envelope: SMTPEnvelope, message: Readable): Promise<SMTPConnectionSendInfo> {
    if (this.mails > 0) this.#opened.lastServerResponse = false
    this.mails += 1
    // nodemailer's own limit starts again with each byte, so a server could keep the connection for ever.
    return this.#within(
      socketTimeoutMs(this.#options),
      this.#run((done) => this.#opened.send({ ...envelope }, message, done as never)),
    )
  }

  /** Ends the transaction, so that the next mail can be sent. @throws if the server does not agree, or not in time */
  async reset(): Promise<void> {
    this.#opened.lastServerResponse = false
    const reset = this.#run<unknown>((done) => this.#opened.reset(done as never))
    await this.#within(ANSWER_LIMIT_MS, reset)
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
    setImmediate(() => this.#fail(connectionEnded()))
  }

  /** Waits for a step that fails when the connection does, and ends the connection when the step takes too long. */
  async #within<T>(limitMs: number, step: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.destroy(timeIsOver()), limitMs)
    try {
      return await step
    } finally {
      clearTimeout(timer)
    }
  }

  /** Runs one command of nodemailer. It fails when the connection does, because then some callbacks never come. */
  #run<T>(start: (done: (err: Error | null, value: T) => void) => void): Promise<T> {
    const command = new Promise<T>((resolve, reject) => {
      start((err, value) => (err ? reject(err) : resolve(value)))
    })
    return Promise.race([command, this.#failed])
  }
}
