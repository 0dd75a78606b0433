import type { GetSocketHandler, MailMessage, Transport } from 'nodemailer/lib/mailer'
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool'
import { pause } from '../../util/time-limit.js'
import { isRefusal, isTemporary, notSent, timeIsOver } from '../outcome.js'
import { connect } from './connect.js'
import { Connection } from './connection.js'
import { type Failure, pauseBeforeRetry } from './failure.js'
import { loginOf } from './login.js'
import { Pool } from './pool.js'

type Info = Pick<SMTPConnectionSendInfo, 'accepted' | 'rejected' | 'response'>
type Result = Info & { readonly tries: number }

/**
 * Sends mails over SMTP, through a pool of connections. Unlike nodemailer's own pool it knows of a mail that failed
 * whether its message was begun. So a mail is tried a second time only if the first try was certainly not accepted,
 * and on a new connection.
 */
export class SmtpTransport implements Transport<Result> {
  readonly name = 'SMTP'
  readonly version = ''
  /** A mail is stopped only before its message is begun. */
  readonly supportsAbortSignal = true
  /** Opens the way through a proxy. nodemailer sets it if a proxy is configured. */
  getSocket?: GetSocketHandler | undefined
  /** As nodemailer has read them. */
  readonly options: SMTPPoolOptions
  readonly #pool: Pool

  constructor(options: SMTPPoolOptions) {
    this.options = options
    this.getSocket = options.getSocket
    const login = loginOf(options.auth, options.authMethod)
    const isPooled = options.pool !== false
    const limits = {
      maxConnections: isPooled ? (options.maxConnections ?? 5) : Number.POSITIVE_INFINITY,
      maxMessages: isPooled ? (options.maxMessages ?? 100) : 1,
      idleTimeoutMs: options.idleTimeout ?? 0,
      rateLimit: Number(options.rateLimit) || 0,
      rateDeltaMs: Number(options.rateDelta) || 1_000,
    }
    this.#pool = new Pool(limits, () => new Connection(options, login, () => this.#openSocket()))
  }

  send(mail: MailMessage<Result>, done: (err: Error | null, result: Result) => void): void {
    this.#deliver(mail).then(
      (result) => done(null, result),
      (err) => done(err, undefined as never),
    )
  }

  /** Connects, logs in and disconnects. @throws nodemailer's error */
  async verify(): Promise<true> {
    const connection = await this.#pool.take(true, this.#pool.ticket())
    try {
      await connection.open()
      connection.quit()
      return true
    } catch (err) {
      connection.destroy(err as Error)
      throw err
    }
  }

  /** Closes idle connections at once, and busy ones after the mails that were handed over before. */
  close(): void {
    this.#pool.close()
  }

  async #deliver({ message, data: { signal } }: MailMessage<Result>): Promise<Result> {
    const ticket = this.#pool.ticket()
    let isReached = false
    for (let tries = 1; ; tries += 1) {
      const tried = await this.#try(message as Message, ticket, tries > 1, signal)
      if (!('error' in tried)) return { ...tried, tries }
      isReached ||= tried.isReached
      if (!tried.isCertain) throw tried.error
      const isOver = tries > 1 || tried.pauseMs === undefined
      if (isOver || !(await pause(tried.pauseMs, signal))) throw notSent(tried.error, isReached)
    }
  }

  async #try(
    message: Message,
    ticket: number,
    isFresh: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Info | Failure> {
    const connected = await connect(this.#pool, isFresh, ticket, signal)
    if ('error' in connected) return connected
    const { connection } = connected
    const isReused = connection.mails > 0
    const stream = message.createReadStream()
    // Once the message is begun, the server may accept it: then it is not stopped any more.
    const stop = () => {
      if (!stream.readableDidRead) connection.destroy(timeIsOver())
    }
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    try {
      const info = await connection.send(message.getEnvelope(), stream)
      // LMTP rejects a recipient after the message.
      const [rejection] = info.rejectedErrors ?? []
      if (rejection) throw rejection
      this.#pool.release(connection)
      return info
    } catch (error) {
      this.#putBack(connection, error)
      const isCertain = isRefusal(error) || !stream.readableDidRead
      const pauseMs = pauseBeforeRetry(error, isReused)
      return { error, isReached: connection.isReached, isCertain, pauseMs }
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Gives a connection back after a failed mail. After a refusal for now, the server has enough of it. */
  #putBack(connection: Connection, error: unknown): void {
    if (connection.isOver || !isRefusal(error)) connection.destroy(error as Error)
    else if (isTemporary(error)) connection.quit()
    else {
      connection.reset().then(
        () => this.#pool.release(connection),
        (err) => connection.destroy(err),
      )
    }
  }

  #openSocket(): Promise<object> {
    return new Promise((resolve, reject) => {
      if (!this.getSocket) return resolve({})
      const options = { ...this.options, port: Number(this.options.port) || undefined }
      this.getSocket(options, (err, given) => (err ? reject(err) : resolve(given || {})))
    })
  }
}

type Message = NonNullable<MailMessage['message']>
