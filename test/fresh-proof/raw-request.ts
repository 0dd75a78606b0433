import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

/** Sends a request line as it is: clients tidy targets up, and whoever attacks doesn't use one. */
export async function rawRequest(
  server: Server,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<RawAnswer> {
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const lines = Object.entries({ Host: 'app.example.com', Connection: 'close', ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1')
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'close')
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]),
    location: /^location: (.*)\r$/im.exec(text)?.[1],
    body: text.slice(text.indexOf('\r\n\r\n') + 4),
  }
}
