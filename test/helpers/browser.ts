export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body of a JSON answer. */
  readonly json: Record<string, unknown>
}

/** A browser without JavaScript: sends real HTTP requests and keeps cookies. Follows no redirect, so that tests check each answer. */
export class Browser {
  readonly #origin: string
  readonly cookies = new Map<string, string>()

  constructor(origin: string) {
    this.#origin = origin
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#fetch(path, { method: 'GET', headers })
  }

  /** Submits a form. */
  submit(
    path: string,
    fields: Readonly<Record<string, string>> | URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#fetch(path, { method: 'POST', body: new URLSearchParams(fields), headers })
  }

  postJson(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.#fetch(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  }

  async #fetch(path: string, request: RequestInit): Promise<Answer> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(new URL(path, this.#origin), {
      ...request,
      headers: { ...(request.headers as Record<string, string>), ...(cookie && { cookie }) },
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.cookies.set(name, value)
    }
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text)
      },
    }
  }
}

/** A page as a visitor sees it, after the redirects. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}

/** A browser whose user sees where redirects lead. */
export class Visitor {
  readonly #browser: Browser

  constructor(origin: string) {
    this.#browser = new Browser(origin)
  }

  get(path: string): Promise<Page> {
    return this.#follow(path, this.#browser.get(path, HTML))
  }

  /** Submits a form. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.#follow(path, this.#browser.submit(path, fields, HTML))
  }

  postJson(path: string, body: object): Promise<Page> {
    return this.#follow(path, this.#browser.postJson(path, body, HTML))
  }

  async #follow(url: string, answering: Promise<Answer>): Promise<Page> {
    const { status, headers, text } = await answering
    const location = headers.get('location')
    return location === null ? { url, status, text } : this.get(location)
  }
}

const HTML = { accept: 'text/html' }
