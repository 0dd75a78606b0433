import { once } from 'node:events'
import { type AddressInfo, createServer, connect as openSocket, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

const ignore = () => {}

/** A port that leads to a server. A test can cut its connections, or make it lead to another server. */
export async function startProxy(serverPort: number) {
  const sockets = new Set<Socket>()
  let target = serverPort
  let loseAnswers = false
  let lost: () => void = ignore
  const proxy = createServer((near) => {
    const far = openSocket(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket
        .setNoDelay()
        .on('error', ignore)
        .on('close', () => {
          sockets.delete(socket)
          near.destroy()
          far.destroy()
        })
    }
    near.pipe(far)
    far.on('data', (answer) => {
      if (loseAnswers) lost()
      else near.write(answer)
    })
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const listen = async (port: number) => {
    proxy.listen(port, '127.0.0.1')
    await once(proxy, 'listening')
  }
  await listen(0)
  const { port } = proxy.address() as AddressInfo
  const close = () => {
    cut()
    return new Promise<void>((resolve) => void proxy.close(() => resolve()))
  }
  onTestFinished(() => (proxy.listening ? close() : undefined))
  return {
    port,
    /** Ends all connections, and refuses new ones until `restore` is called. */
    cut: close,
    restore: () => listen(port),
    /** New connections lead to another server, as with a name that moves. Those that are open stay. */
    moveTo: (port: number) => {
      target = port
    },
    /** Drops the next answer of the server together with the connection. */
    loseOneAnswer: () => {
      loseAnswers = true
      lost = () => {
        loseAnswers = false
        cut()
      }
    },
  }
}
