import { once } from 'node:events'
import { type AddressInfo, isIPv4 } from 'node:net'
import { type Request, Router } from 'express'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export interface CaughtMail {
  readonly id: number
  readonly receivedAt: Date
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Inbox {
  /** The SMTP URL of the server that catches the mails. */
  readonly smtpUrl: string
  /** Newest first. */
  readonly mails: readonly CaughtMail[]
  close(): Promise<void>
}

const KEPT = 50

/** Starts a mail server on this machine that keeps the last mails in memory and forwards none. */
export async function startInbox(): Promise<Inbox> {
  const mails: CaughtMail[] = []
  let caught = 0
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1_000,
    async onData(stream, session, done) {
      try {
        const mail = await PostalMime.parse(Buffer.concat(await stream.toArray()))
        const { subject = '', text = '', html = '' } = mail
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ')
        caught += 1
        mails.unshift({ id: caught, receivedAt: new Date(), to, subject, text, html })
        mails.splice(KEPT)
        done()
      } catch (err) {
        done(err as Error)
      }
    },
  })
  server.on('error', () => {}) // a client that closed the connection
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The pages that show the caught mails, only to a browser on this machine. */
export function inboxPages(inbox: Inbox): Router {
  const pages = Router()
  pages.use((req, _res, next) => next(isLocal(req) ? undefined : 'router'))
  pages.get('/', (_req, res) => {
    res.render('inbox', { mails: inbox.mails })
  })
  // A stranger may have written the HTML of a mail: no scripts, no resources, a separate origin.
  pages.get('/:id/html', (req, res, next) => {
    const mail = inbox.mails.find(({ id }) => String(id) === req.params.id)
    if (mail === undefined) return next()
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    )
    res.send(mail.html)
  })
  return pages
}

/** The headers in which proxies, tunnels and content delivery networks tell where a request comes from. */
const PROXY_HEADERS: readonly RegExp[] = [
  /^(via|cdn-loop)$/,
  // Forwarded, X-Forwarded-For, -Host, -Proto, -Port, X-Original-Forwarded-For, X-Vercel-Forwarded-For.
  /(^|-)forwarded(-|$)/,
  // X-Real-IP, X-Client-IP, True-Client-IP, Fly-Client-IP, Fastly-Client-IP, X-Cluster-Client-IP, CF-Connecting-IP,
  // CF-Connecting-IPv6, X-Azure-SocketIP, X-NF-Client-Connection-IP, DO-Connecting-IP, X-AppEngine-User-IP.
  /(real|client|connecting|connection|user|remote|socket|proxy|source|pseudo)-?(ip|ipv4|ipv6|addr|address)$/,
  // X-Original-Host, X-Original-URL, X-Rewrite-URL, X-Envoy-External-Address.
  /^x-(original|rewrite|proxied|envoy|amzn|amz|azure|arr|vercel|nf|appengine|cloud)-/,
  /^(cf|fly|fastly|tailscale|ngrok)-/,
]

/**
 * Whether a request comes from a browser on this machine: the connection is local, the host is local, and no
 * header shows a proxy. The host is checked because an attacker can make the name of another site resolve to
 * this machine (DNS rebinding).
 */
export function isLocal(req: Request): boolean {
  const hosts = req.headersDistinct.host ?? []
  return (
    isLoopback(req.socket.remoteAddress ?? '') &&
    hosts.length === 1 &&
    hosts.every((host) => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host)) &&
    req.originalUrl.startsWith('/') &&
    !Object.keys(req.headers).some((name) => PROXY_HEADERS.some((header) => header.test(name)))
  )
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
