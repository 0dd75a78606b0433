import { type RunningApp, startApp } from '../example-app/start-app.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'

export const OTP_SECRET = 'correct horse battery staple 0123456789'
const PROCESSES = 4

export interface FourApps {
  readonly apps: readonly RunningApp[]
  readonly smtp: Smtp
  /** A client whose requests can each go to a different process, as behind a load balancer. */
  visitor(session?: string): Visitor
}

/** Starts the built example app in four processes that share one mail server and one storage. */
export async function startFourApps(storage: Readonly<Record<string, string>>): Promise<FourApps> {
  const smtp = await startSmtp()
  const env = {
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Acme <login@acme.example>',
    OTP_SECRET,
    SESSION_SECRET: 'another correct horse battery staple',
    ...storage,
  }
  const apps = await Promise.all(Array.from({ length: PROCESSES }, () => startApp(env)))
  return {
    apps,
    smtp,
    visitor: (session) =>
      new Visitor(
        apps.map(({ url }) => url),
        session,
      ),
  }
}

export interface Answer {
  readonly status: number
  readonly location: string | null
  readonly text: string
  /** The id of the session that starts with this answer, if one does. */
  readonly session: string | undefined
}

const SESSION_COOKIE = 'example.sid'

/** A browser that sends the same cookies to all processes and does not follow redirects. */
export class Visitor {
  readonly #origins: readonly string[]
  readonly #cookies = new Map<string, string>()

  constructor(origins: readonly string[], session?: string) {
    this.#origins = origins
    if (session !== undefined) this.#cookies.set(SESSION_COOKIE, session)
  }

  get(process: number, path: string): Promise<Answer> {
    return this.#send(process, path, { method: 'GET' })
  }

  /** Submits a form. */
  post(process: number, path: string, form: Record<string, string> = {}): Promise<Answer> {
    return this.#send(process, path, { method: 'POST', body: new URLSearchParams(form) })
  }

  /** Submits a form so many times at once, equally often to each process. */
  postAtOnce(count: number, path: string, form: Record<string, string> = {}): Promise<Answer[]> {
    return Promise.all(Array.from({ length: count }, (_, i) => this.post(i, path, form)))
  }

  async #send(process: number, path: string, init: RequestInit): Promise<Answer> {
    const origin = this.#origins[process % this.#origins.length]
    const response = await fetch(new URL(path, origin), {
      ...init,
      headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
      redirect: 'manual',
    })
    const set = new Map<string, string>()
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      set.set(name, value)
      this.#cookies.set(name, value)
    }
    const { status, headers } = response
    return {
      status,
      location: headers.get('location'),
      text: await response.text(),
      session: set.get(SESSION_COOKIE),
    }
  }
}
