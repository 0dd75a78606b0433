import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** What npm sends to publish a version. */
export interface Published {
  readonly name: string
  readonly access: string
  readonly 'dist-tags': Record<string, string>
  readonly versions: Record<string, { dist: { integrity: string }; [field: string]: unknown }>
  readonly _attachments: Record<string, { data: string }>
}

const TOKEN = 'token-of-the-test'

/** Starts an empty registry that a version can be published to. */
export async function startRegistry() {
  const published = new Map<string, Published>()
  const server = createServer(async (req, res) => {
    const answer = (status: number, body: object) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (req.method !== 'PUT') return answer(404, {})
    if (req.headers.authorization !== `Bearer ${TOKEN}`) return answer(401, {})
    published.set(req.url?.slice(1) ?? '', (await json(req)) as Published)
    return answer(201, { success: true })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    /** The line of .npmrc that logs in. */
    login: `//127.0.0.1:${port}/:_authToken=${TOKEN}\n`,
    published,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
