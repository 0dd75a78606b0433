// One process of a contender: node process.mjs <contender> <setting as JSON>, started by the bench.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { sent } from './send.mjs'

const [contender, setting] = process.argv.slice(2)
const { start } = await import(`./contenders/${contender}.mjs`)
const server = createServer(await start(JSON.parse(setting))).listen(0, '127.0.0.1')
await once(server, 'listening')
// Other contenders have their turn between two bursts, and the connections stay open.
server.keepAliveTimeout = 0
process.on('message', (what) => {
  if (what === 'sent') {
    process.send(Object.fromEntries(sent))
    sent.clear()
  } else {
    const { user, system } = process.cpuUsage()
    process.send({ cpuMicroseconds: user + system })
  }
})
process.on('disconnect', () => process.exit())
process.send({ port: server.address().port })
