import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import type { RedisServer } from '../helpers/redis-server.js'

/**
 * Speaks the REST protocol of Upstash in front of a Redis: a POST of one command as a JSON array is answered with
 * `{ result }`, or with status 400 and `{ error }`. Strings are in base64 if the client asks for it.
 */
export async function startUpstash(redis: RedisServer) {
  const client = await createClient({ url: redis.url }).connect()
  let losesAnswer = false
  const server = createServer(async (req, res) => {
    let text = ''
    for await (const chunk of req.setEncoding('utf8')) text += chunk
    const command = JSON.parse(text) as unknown[]
    const isBase64 = req.headers['upstash-encoding'] === 'base64'
    const answer = await client.sendCommand(command.map(String)).then(
      (reply) => ({
        status: 200,
        body: { result: isBase64 ? Buffer.from(String(reply)).toString('base64') : reply },
      }),
      (err: Error) => ({ status: 400, body: { error: err.message } }),
    )
    if (losesAnswer) {
      losesAnswer = false
      res.destroy()
      return
    }
    res.writeHead(answer.status, { 'content-type': 'application/json' })
    res.end(JSON.stringify(answer.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
    client.destroy()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    loseOneAnswer: () => {
      losesAnswer = true
    },
  }
}
