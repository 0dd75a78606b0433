// Counts round trips of any protocol: a proxy in front of a server counts how often the client sends after the
// server has sent.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

export async function startProxy(serverPort) {
  let roundTrips = 0
  const sockets = new Set()
  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1')
    let isWaiting = false
    client.on('data', () => {
      if (!isWaiting) roundTrips += 1
      isWaiting = true
    })
    server.on('data', () => {
      isWaiting = false
    })
    client.pipe(server).pipe(client)
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => {}) // the other end closed the connection
      sockets.add(socket)
    }
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    port: proxy.address().port,
    /** Returns how many round trips a call takes on average. */
    async count(calls, call) {
      const before = roundTrips
      for (let i = 0; i < calls; i += 1) await call(i)
      return (roundTrips - before) / calls
    },
    close() {
      proxy.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
