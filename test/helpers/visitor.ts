/** A page as a visitor sees it, after the redirects. */
export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
}

/** A browser without JavaScript: follows redirects and keeps cookies, over real HTTP. */
export class Visitor {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(origin: string) {
    this.#origin = origin
  }

  get(path: string): Promise<Page> {
    return this.#fetch(path, { method: 'GET' })
  }

  /** Submits a form. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.#fetch(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  postJson(path: string, body: object): Promise<Page> {
    return this.#fetch(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  }

  async #fetch(path: string, request: RequestInit): Promise<Page> {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(new URL(path, this.#origin), {
      ...request,
      headers: { accept: 'text/html', ...(request.headers as Record<string, string>), cookie },
      redirect: 'manual',
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.#cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location !== null) return this.get(location)
    return { url: path, status: response.status, text: await response.text() }
  }
}
