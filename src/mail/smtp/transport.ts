import { Readable } from 'node:stream'
import type Mail from 'nodemailer/lib/mailer'
import type { SMTPConnectionSendInfo, SMTPEnvelope } from 'nodemailer/lib/smtp-connection'
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool'
import { pause } from '../../util/time-limit.js'
import { isRefusal, isTemporary, loginMissing, notSent, timeIsOver } from '../outcome.js'
import type { OutgoingMail, RawMail } from '../outgoing-mail.js'
import type { Compose } from '../template/compose.js'
import { connect } from './connect.js'
import { Connection } from './connection.js'
import { type Failure, pauseBeforeRetry, wasStale } from './failure.js'
import { loginOf } from './login.js'
import { Pool } from './pool.js'
import { VERIFY_LIMIT_MS } from './time-limits.js'

type Info = Pick<SMTPConnectionSendInfo, 'accepted' | 'rejected' | 'response'>
type Result = Info & { readonly tries: number }

interface ComposedMail {
  readonly envelope: SMTPEnvelope
  readonly message: Buffer
  readonly signal: AbortSignal | undefined
}

/**
 * Sends mails over SMTP, through a pool of connections. Unlike nodemailer's own pool it knows of a mail that failed
 * whether its message was begun. So a mail is tried a second time only if the first try was certainly not accepted,
 * and on a new connection. A try on a connection that had ended meanwhile does not count.
 */
export class SmtpTransport {
  readonly #options: SMTPPoolOptions
  readonly #getSocket: Mail['getSocket']
  readonly #dkim: Mail['dkim']
  readonly #compose: Compose
  readonly #pool: Pool

  /**
   * @param options the options as nodemailer has read them
   * @param mail what nodemailer has made of them besides: a signer, and the way through a proxy
   */
  constructor(
    options: SMTPPoolOptions,
    { dkim, getSocket }: Pick<Mail, 'dkim' | 'getSocket'>,
    compose: Compose,
  ) {
    this.#options = options
    this.#getSocket = getSocket || options.getSocket
    this.#dkim = dkim
    this.#compose = compose
    const login = loginOf(options.auth, options.authMethod)
    const isPooled = options.pool !== false
    // For nodemailer, 0 is the default.
    const limits = {
      maxConnections: isPooled ? options.maxConnections || 5 : Number.POSITIVE_INFINITY,
      maxMessages: isPooled ? options.maxMessages || 100 : 1,
      idleTimeoutMs: options.idleTimeout ?? 0,
      rateLimit: Number(options.rateLimit) || 0,
      rateDeltaMs: Number(options.rateDelta) || 1_000,
    }
    this.#pool = new Pool(limits, () => new Connection(options, login, () => this.#openSocket()))
  }

  /**
   * Sends a mail. It is stopped only before its message is begun.
   * @throws nodemailer's error, with `notSent: true` if it is certain that the mail was not accepted
   */
  async sendMail({ signal, ...mail }: OutgoingMail | RawMail): Promise<Result> {
    let message: Buffer
    try {
      message = await this.#signed('raw' in mail ? mail.raw : await this.#compose(mail))
    } catch (err) {
      throw notSent(err, false)
    }
    return this.#deliver({ envelope: mail.envelope, message, signal })
  }

  /**
   * Connects, logs in and disconnects, within {@link VERIFY_LIMIT_MS}. It is no mail, so a limit of mails does not apply.
   * @throws nodemailer's error, or one like it if a login is configured and the server offers none
   */
  async verify(): Promise<true> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(timeIsOver()), VERIFY_LIMIT_MS)
    const place = { isFresh: true, isCheck: true, ticket: this.#pool.ticket() }
    const connected = await connect(this.#pool, place, limit.signal)
    clearTimeout(timer)
    if ('error' in connected) throw connected.error
    connected.connection.quit()
    if (connected.connection.isLoginMissing) throw loginMissing()
    return true
  }

  /** Closes idle connections at once, and busy ones after the mails that were handed over before. */
  close(): void {
    this.#pool.close()
  }

  async #signed(message: Buffer): Promise<Buffer> {
    return this.#dkim ? Buffer.concat(await this.#dkim.sign(message).toArray()) : message
  }

  async #deliver(mail: ComposedMail): Promise<Result> {
    const ticket = this.#pool.ticket()
    let isReached = false
    let isFresh = false
    for (let tries = 1; ; ) {
      const tried = await this.#try(mail, ticket, isFresh)
      if (!('error' in tried)) return { ...tried, tries }
      isFresh = true
      isReached ||= tried.isReached
      if (tried.isStale) continue
      if (!tried.isCertain) throw tried.error
      const isOver = tries > 1 || tried.pauseMs === undefined
      if (isOver || !(await pause(tried.pauseMs, mail.signal)))
        throw notSent(tried.error, isReached)
      tries += 1
    }
  }

  async #try(
    { envelope, message, signal }: ComposedMail,
    ticket: number,
    isFresh: boolean,
  ): Promise<Info | Failure> {
    const connected = await connect(this.#pool, { isFresh, isCheck: false, ticket }, signal)
    if ('error' in connected) return connected
    const { connection } = connected
    const isReused = connection.mails > 0
    const stream = readable(message)
    // Once the message is begun, the server may accept it: then it is not stopped any more.
    const stop = () => {
      if (!stream.readableDidRead) connection.destroy(timeIsOver())
    }
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    try {
      const info = await connection.send(envelope, stream)
      // LMTP rejects a recipient after the message.
      const [rejection] = info.rejectedErrors ?? []
      if (rejection) throw rejection
      this.#pool.release(connection)
      return info
    } catch (error) {
      const isReached = connection.isAnswered
      const isStale = isReused && wasStale(error, isReached)
      this.#putBack(connection, error, isStale)
      return {
        ...{ error, isReached, isStale },
        isCertain: isRefusal(error) || !stream.readableDidRead,
        pauseMs: pauseBeforeRetry(error, isReused),
      }
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Gives a connection back after a failed mail. After a refusal for now, the server has enough of it. */
  #putBack(connection: Connection, error: unknown, isStale: boolean): void {
    if (connection.isOver || !isRefusal(error)) connection.destroy(error as Error)
    else if (isStale || isTemporary(error)) connection.quit()
    else {
      connection.reset().then(
        () => this.#pool.release(connection),
        (err) => connection.destroy(err),
      )
    }
  }

  #openSocket(): Promise<object> {
    return new Promise((resolve, reject) => {
      if (!this.#getSocket) return resolve({})
      const options = { ...this.#options, port: Number(this.#options.port) || undefined }
      const returned: unknown = this.#getSocket(options, (err, given) =>
        err ? reject(err) : resolve(given || {}),
      )
      // An async function may reject instead of calling back.
      Promise.resolve(returned).catch(reject)
    })
  }
}

/** A stream tells whether it was read, and so whether the message was begun. */
function readable(message: Buffer): Readable {
  return new Readable({
    read() {
      this.push(message)
      this.push(null)
    },
  })
}
