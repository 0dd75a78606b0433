import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { startScripted } from '../helpers/scripted-smtp.js'

/** An HTTP proxy that records where its clients want to go. */
async function startProxy() {
  const targets: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer().on('connect', ({ url = '' }, client: Socket) => {
    targets.push(url)
    const [host, port] = url.split(':')
    const onward = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(onward).pipe(client)
    })
    for (const socket of [client, onward]) sockets.add(socket.on('error', () => {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets }
}

it.each(['check first', 'mail first'])(
  'mails and checks go through the proxy that is configured: %s',
  async (order) => {
    const smtp = await startScripted()
    const proxy = await startProxy()
    const sendCode = mailerTo({ host: '127.0.0.1', port: smtp.port, proxy: proxy.url })
    if (order === 'check first') expect(await sendCode.check()).toEqual([])
    for (let i = 0; i < 3; i += 1) expect(await sendCode(codeMail())).toEqual({ tries: 1 })
    if (order === 'mail first') expect(await sendCode.check()).toEqual([])
    expect(smtp.accepted).toHaveLength(3)
    // One connection for the check, and one for all mails.
    expect(proxy.targets).toEqual(Array(2).fill(`127.0.0.1:${smtp.port}`))
    expect(smtp.connections).toBe(2)
  },
)
