// An SMTP server in a process of its own that accepts every mail and drops it, so that the bench measures clients. It
// talks TLS, as the mail servers do that take mails of other machines.
import { once } from 'node:events'
import { createServer } from 'node:tls'
import tlsOptions from 'smtp-server/lib/tls-options.js'

const server = createServer(tlsOptions({}), (socket) => {
  let rest = ''
  let isData = false
  const reply = (text) => socket.write(`${text}\r\n`)
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1')
    for (;;) {
      const end = rest.indexOf(isData ? '\r\n.\r\n' : '\r\n')
      if (end === -1) return
      const line = rest.slice(0, end)
      rest = rest.slice(end + (isData ? 5 : 2))
      if (isData) {
        isData = false
        reply('250 accepted')
      } else if (/^EHLO/i.test(line)) reply('250-sink\r\n250 8BITMIME')
      else if (/^DATA/i.test(line)) {
        isData = true
        reply('354 go ahead')
      } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
      else reply('250 ok')
    }
  })
  reply('220 sink ESMTP')
}).listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('disconnect', () => process.exit())
process.send(server.address().port)
