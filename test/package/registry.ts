import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What npm sends to publish a version. */
export interface Published {
  readonly name: string
  readonly access: string
  readonly 'dist-tags': Record<string, string>
  readonly versions: Record<
    string,
    { dist: { integrity: string; tarball: string }; [field: string]: unknown }
  >
  readonly _attachments: Record<string, { data: string }>
}

const TOKEN = 'token-of-the-test'

/** Starts a registry with the three requests that npm needs to publish one version and to download it. */
export async function startRegistry() {
  const published = new Map<string, Published>()
  const server = createServer(async (req, res) => {
    const answer = (status: number, body: object) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const [, name = '', , file = ''] = req.url?.split('/') ?? []
    const entry = published.get(name)
    if (req.method === 'PUT') {
      if (req.headers.authorization !== `Bearer ${TOKEN}`) return answer(401, {})
      published.set(name, JSON.parse(await textOf(req)))
      return answer(201, { success: true })
    }
    if (entry === undefined) return answer(404, {})
    if (file === '') return answer(200, entry)
    const data = entry._attachments[file]?.data
    if (data === undefined) return answer(404, {})
    return res.end(Buffer.from(data, 'base64'))
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

async function textOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) text += chunk
  return text
}
