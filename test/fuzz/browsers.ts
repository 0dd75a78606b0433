import { Agent, request } from 'node:http'
import type { FuzzRequest } from './http-requests.js'

/** Longer than any time limit of the application and its strategy together. */
const HANGS_AFTER_MS = 30_000

export interface Answer {
  /** `undefined` where the client hung up. */
  readonly status: number | undefined
  readonly location: string | undefined
}

/** Browsers that together open few connections at once, each with cookies and a network address of its own. */
export function browsersOn(origin: string) {
  // No connection is used twice: a server may end one just when the next request begins on it.
  const agent = new Agent({ keepAlive: false, maxSockets: 32 })
  const { hostname, port } = new URL(origin)
  const newBrowser = (n: number) => {
    const cookies = new Map<string, string>()
    // The one proxy in front of the application says where a request comes from.
    let asked = 0
    const send = (sent: Omit<FuzzRequest, 'breaksOff'> & { breaksOff?: boolean }) =>
      new Promise<Answer>((resolve, reject) => {
        const jar = [...cookies].map((pair) => pair.join('=')).join('; ')
        const address = `10.${n}.0.${Math.floor(asked++ / 15) % 250}`
        const headers = { cookie: jar, ...sent.headers, 'x-forwarded-for': address }
        const { method, path } = sent
        const sending = request({ agent, hostname, port, method, path, headers }, (res) => {
          for (const line of res.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
            cookies.set(name, value)
          }
          const { statusCode: status, headers } = res
          res.resume().once('end', () => resolve({ status, location: headers.location }))
          res.once('error', reject)
        })
        const what = () => `${method} ${path} ${JSON.stringify(headers)} ${sent.body}`
        sending.setTimeout(HANGS_AFTER_MS, () => sending.destroy(new Error(`hangs: ${what()}`)))
        sending.once('error', (err) => {
          if (sent.breaksOff) resolve({ status: undefined, location: undefined })
          else reject(new Error(`${err.message}: ${what()}`))
        })
        if (!sent.breaksOff) return sending.end(sent.body)
        sending.write(sent.body.subarray(0, sent.body.length / 2))
        sending.once('socket', () => setImmediate(() => sending.destroy()))
      })
    return {
      send,
      /** Submits a form. */
      post: (path: string, fields: Record<string, string> = {}) => {
        const body = Buffer.from(new URLSearchParams(fields).toString())
        const headers = {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': `${body.length}`,
        }
        return send({ method: 'POST', path, headers, body })
      },
    }
  }
  return { newBrowser, close: () => agent.destroy() }
}

export type FuzzBrowser = ReturnType<ReturnType<typeof browsersOn>['newBrowser']>
