import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.js'
import { type Config, ConfigError, readConfig } from './config.js'
import { startInbox } from './inbox.js'
import { checkMailServer } from './mail-server.js'

const DEFAULT_PORT = 3000

try {
  await start(readConfig(process.env))
} catch (err) {
  console.error(err instanceof ConfigError ? err.message : err)
  process.exit(1)
}

async function start(config: Config): Promise<void> {
  if (config.smtpUrl !== undefined) await checkMailServer(config.smtpUrl)
  const inbox = config.smtpUrl === undefined ? await startInbox() : undefined
  const server = createServer()
  await listen(server, config)

  const address = localAddress(server, config.host)
  const smtpUrl = config.smtpUrl ?? inbox?.smtpUrl
}
