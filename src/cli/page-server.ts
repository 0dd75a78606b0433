import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loginPage, loginPagePolicy, mailer, type RequestLike, Strategy } from '../index.js'
import { escapeHtml } from '../util/escape-html.js'
import type { Inbox } from './inbox.js'
import { inboxPage } from './inbox-page.js'

/** A sign-in page and an inbox for its mail, for a browser on this machine. */
export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

interface Session {
  readonly id: string
  user?: { email: string }
  readonly [field: string]: unknown
}

type Req = IncomingMessage & RequestLike & { session: Session; sessionID: string }

const COOKIE = 'try'
const READ = ['GET', 'HEAD']
const METHODS = new Map([
  ['/', [...READ, 'POST']],
  ['/inbox', READ],
  ['/sign-out', ['POST']],
])
/** A form of the page is far smaller. */
const MAX_BODY_BYTES = 10_000
const NOTHING_ELSE =
  "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Listens on the loopback interface. `smtpUrl` leads to the catcher, which adds to `inbox`. */
export async function startPageServer(
  smtpUrl: string,
  from: string,
  inbox: Pick<Inbox, 'all' | 'find'>,
): Promise<PageServer> {
  const sendCode = mailer({ transport: smtpUrl, from, appName: 'passport-email-otp' })
  const emailOtp = new Strategy({ secret: randomBytes(32), sendCode }, async (email) => ({ email }))
  const sessions = new Map<string, Session>()

  async function answer(req: Req, res: ServerResponse): Promise<void> {
    const [path = '/'] = (req.url ?? '/').split(/[?#]/)
    const [, number] = /^\/inbox\/(\d+)$/.exec(path) ?? []
    const mail = number === undefined ? undefined : inbox.find(Number(number))
    const methods = mail ? READ : METHODS.get(path)
    if (!methods) return show(res, 'Not found', NOTHING_ELSE, 404)
    if (!methods.includes(req.method ?? '')) {
      res.setHeader('Allow', methods.join(', '))
      return show(res, 'Not by this method', NOTHING_ELSE, 405)
    }
    // The sandbox of the policy: what a mail holds can neither run nor read anything here.
    if (mail) return show(res, mail.html, `sandbox; ${NOTHING_ELSE}; style-src 'unsafe-inline'`)
    if (path === '/inbox') return show(res, inboxPage(inbox.all()), NOTHING_ELSE)
    if (path === '/sign-out') {
      sessions.delete(req.session.id)
      return redirect(res, '/')
    }
    if (req.method === 'POST') return submit(req, res)
    const { user } = req.session
    if (user) return show(res, signedInPage(user.email), NOTHING_ELSE)
    return show(res, signInPage(req), loginPagePolicy)
  }

  function signInPage(req: Req, error?: unknown): string {
    const footerHtml =
      '<a href="/inbox" target="_blank">Open the inbox: the mail stays on this machine</a>'
    return loginPage(emailOtp, req, { appName: 'passport-email-otp', footerHtml, error })
  }

  /** Requests or checks a code, as Passport does it for a route. */
  async function submit(req: Req, res: ServerResponse): Promise<void> {
    const text = await readBody(req)
    if (text.length > MAX_BODY_BYTES) return show(res, 'Too large', NOTHING_ELSE, 413)
    const body = Object.fromEntries(new URLSearchParams(text))
    try {
      await new Promise<void>((resolve, reject) => {
        const actions = {
          success(user: { email: string }) {
            const session = newSession(res)
            session.user = user
            sessions.delete(req.session.id)
            resolve()
          },
          fail: () => resolve(),
          redirect: () => resolve(),
          error: reject,
        }
        const strategy: Strategy = Object.assign(Object.create(emailOtp), actions)
        strategy.authenticate(Object.assign(req, { body }), { failureRedirect: '/' } as object)
      })
      redirect(res, '/')
    } catch (err) {
      show(res, signInPage(req, err), loginPagePolicy, 502)
    }
  }

  function newSession(res: ServerResponse): Session {
    const session: Session = { id: randomBytes(16).toString('base64url') }
    // The strategy asks for it before a code is used. `success` makes another session.
    const hidden = { enumerable: false, value: session.id }
    Object.defineProperties(session, { id: hidden, regenerate: { value: () => {} } })
    sessions.set(session.id, session)
    res.appendHeader('Set-Cookie', `${COOKIE}=${session.id}; Path=/; HttpOnly; SameSite=Lax`)
    return session
  }

  const server = createServer((incoming, res) => {
    const { port } = server.address() as AddressInfo
    // A page of another site could give its name this address, and read the inbox.
    if (!isOwnName(incoming.headers.host, port))
      return show(res, 'Not this host', NOTHING_ELSE, 421)
    // It comes without the cookie, and a new one would sign the visitor out.
    if (
      String(incoming.headers['sec-fetch-site']).includes('cross-site') &&
      incoming.method === 'POST'
    ) {
      return show(res, 'Not from this page', NOTHING_ELSE, 403)
    }
    const [, id = ''] = /(?:^|; )try=([\w-]+)/.exec(incoming.headers.cookie ?? '') ?? []
    const session = sessions.get(id) ?? newSession(res)
    const req: Req = Object.assign(incoming, { session, sessionID: session.id, res })
    answer(req, res).catch(() => res.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      sendCode.close()
    },
  }
}

function isOwnName(host: string | undefined, port: number): boolean {
  return host === `localhost:${port}` || host === `127.0.0.1:${port}`
}

function redirect(res: ServerResponse, path: string): void {
  res.writeHead(303, { Location: path }).end()
}

function show(res: ServerResponse, html: string, policy: string, status = 200): void {
  res.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  res.end(html)
}

async function readBody(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) {
    // The rest is read and dropped: the answer could not be sent before it.
    if (text.length <= MAX_BODY_BYTES) text += chunk
  }
  return text
}

function signedInPage(email: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Signed in</title>
<h1>Signed in as ${escapeHtml(email)}</h1>
<form method="post" action="/sign-out"><button>Sign out</button></form>
</html>
`
}
