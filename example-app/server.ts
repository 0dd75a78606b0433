import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, isIPv6 } from 'node:net'
import { createApp } from './app.js'
import { type Config, ConfigError, readConfig } from './config.js'
import { startInbox } from './inbox.js'
import { checkMailServer } from './mail-server.js'
import { openStorage } from './storage.js'

const DEFAULT_PORT = 3000

try {
  await start(readConfig(process.env))
} catch (err) {
  console.error(err instanceof ConfigError ? err.message : err)
  process.exit(1)
}

async function start(config: Config): Promise<void> {
  const { smtpUrl, inbox } = await findMailServer(config)
  const storage = await openStorage(config)
  const server = await listen(config)
  const url = urlOf(server, config.host)
  // Behind a proxy or on all interfaces, only PUBLIC_ORIGIN can name the origin that browsers use.
  const isOriginUnknown = config.trustProxy !== 0 || ['0.0.0.0', '::'].includes(config.host)
  const origin = config.publicOrigin ?? (isOriginUnknown ? undefined : url)
  const { app, emailOtp, close } = createApp({ ...config, ...storage, smtpUrl, inbox, origin })
  server.on('request', app)
  const { store } = await emailOtp.check()
  if (!store.ok) {
    throw new ConfigError(store.problems.map((problem) => `${storage.variable}: ${problem}`))
  }

  const stop = () => {
    server.close(async () => {
      await emailOtp.idle()
      close()
      inbox?.close()
      storage.close().catch(console.error)
    })
    // A request that is being answered may wait 10 seconds for its mail, and 2 for the store before and after it. Mails
    // that are sent after the answer get the time that idle() waits.
    setTimeout(() => server.closeAllConnections(), 15_000).unref()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)

  const kept = `State is kept in  ${storage.name}`
  const lines = inbox
    ? [
        `Sign in at        ${url}`,
        `Read the mail at  ${url}/inbox`,
        kept,
        '',
        'Use any e-mail address: no mail leaves this machine. Press Ctrl-C to stop the app.',
      ]
    : [
        `Sign in at        ${config.publicOrigin ?? url}`,
        `Listens on        ${config.host}, port ${new URL(url).port}`,
        `Mail is sent by   ${new URL(smtpUrl).host}`,
        kept,
      ]
  console.log(`\n${lines.map((line) => line && `  ${line}`).join('\n')}\n`)
}

/** Returns the mail server in SMTP_URL after it has answered. Without SMTP_URL, starts one that catches all mails. */
async function findMailServer({ smtpUrl }: Config) {
  if (smtpUrl !== undefined) {
    await checkMailServer(smtpUrl)
    return { smtpUrl, inbox: undefined }
  }
  const inbox = await startInbox()
  return { smtpUrl: inbox.smtpUrl, inbox }
}

async function listen({ host, port }: Config): Promise<Server> {
  const server = createServer()
  try {
    return await listenOn(server, port ?? DEFAULT_PORT, host)
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') {
      throw new ConfigError([
        `The app cannot listen on ${host}, port ${port ?? DEFAULT_PORT}: ${code}.`,
      ])
    }
    if (port !== undefined) {
      throw new ConfigError([
        `Port ${port} is used by another program. Set PORT to another port, or unset it to use a free one.`,
      ])
    }
    console.log(`Port ${DEFAULT_PORT} is used by another program, so the app uses another port.`)
    return listenOn(server, 0, host)
  }
}

async function listenOn(server: Server, port: number, host: string): Promise<Server> {
  // If another program listens on all interfaces, the app may still be able to listen on 127.0.0.1. But
  // browsers could then reach that program as localhost.
  if (port !== 0 && (await answers(port))) {
    throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' })
  }
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  if (['127.0.0.1', 'localhost', '0.0.0.0', '::'].includes(host.toLowerCase())) {
    return `http://localhost:${port}`
  }
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
