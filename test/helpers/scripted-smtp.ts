import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The points at which a server can fail, in their order. `body` is the first byte of the message. */
export const PHASES = ['greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'body', 'dot'] as const
/** `rset` is outside of a mail. */
export type Phase = (typeof PHASES)[number] | 'rset'

/**
 * What the server does: a reply (`'451 Later'`), the usual reply (`'ok'`), an end of the connection with a FIN
 * (`'close'`) or a RST (`'reset'`), or nothing for ever (`'silence'`). `acceptThenClose` accepts the mail at the final
 * dot, and the connection ends before the reply. `okThenClose` and `okThenReset` do the usual thing and then end the
 * connection.
 */
export type Action = string

/** Decides what happens at a phase. `connection` counts from 1. */
export type Script = (phase: Phase, at: { connection: number; mail: number }) => Action | undefined

export interface ScriptedSmtp {
  readonly url: string
  readonly port: number
  /** The messages that the server has accepted, with or without telling the client. */
  readonly accepted: string[]
  /** The commands of all connections in the order of their arrival: `2 RCPT` is one of the second connection. */
  readonly commands: string[]
  /** All bytes that clients have sent, each as one character. */
  readonly heard: string
  /** Connections so far, and the most that were open at the same time. */
  readonly connections: number
  readonly mostConnections: number
  /** Sockets that are open. */
  readonly open: ReadonlySet<Socket>
  script: Script
  /** Refuses new connections. Those that are open stay. */
  stopListening(): void
  /** Ends a silence: does at last what the action says. */
  wake(action?: Action): void
}

const USUAL: Record<Phase, string> = {
  greeting: '220 scripted ESMTP',
  ehlo: '250 scripted',
  auth: '235 2.7.0 Welcome',
  mail: '250 2.1.0 Ok',
  rcpt: '250 2.1.5 Ok',
  data: '354 Go ahead',
  body: '',
  dot: '250 2.0.0 Accepted',
  rset: '250 2.0.0 Ok',
}

/** Starts an SMTP server that does at each phase what a script says, for one test. */
export async function startScripted(
  script: Script = () => undefined,
  { extensions = [] as readonly string[] } = {},
): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>()
  const state = {
    accepted: [] as string[],
    commands: [] as string[],
    heard: '',
    connections: 0,
    mostConnections: 0,
    open: sockets,
    script,
  }
  const sleeping = new Set<(action: Action) => void>()

  // A reply does not wait for the acknowledgement of the reply before it, which takes 40 ms.
  const server = createServer({ noDelay: true }, (socket) => {
    state.connections += 1
    const connection = state.connections
    sockets.add(socket)
    state.mostConnections = Math.max(state.mostConnections, sockets.size)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    const at = { connection, mail: 0 }
    let message: string | undefined
    let unread = ''
    let hasRecipient = false
    let isBusy = false

    /** Does what the script says; resolves with whether the usual thing happened. */
    async function act(phase: Phase): Promise<boolean> {
      let action = state.script(phase, { ...at }) ?? 'ok'
      if (action === 'silence') {
        action = await new Promise<Action>((resolve) => sleeping.add(resolve))
      }
      if (action.startsWith('okThen')) {
        say(USUAL[phase])
        if (action === 'okThenClose') socket.end()
        // Once the reply has left.
        else setImmediate(() => socket.resetAndDestroy())
        return true
      }
      if (action === 'ok') {
        if (phase === 'ehlo') {
          const lines = ['scripted', ...extensions]
          const last = lines.length - 1
          for (const [n, line] of lines.entries()) say(`250${n === last ? ' ' : '-'}${line}`)
        } else if (USUAL[phase] !== '') {
          say(USUAL[phase])
        }
        return true
      }
      if (action === 'close' || action === 'acceptThenClose') socket.end()
      else if (action === 'reset' || action === 'acceptThenReset') socket.resetAndDestroy()
      else {
        say(action)
        if (action.startsWith('421')) socket.end()
      }
      return action.startsWith('accept') || action.startsWith('2')
    }

    function say(line: string): void {
      if (socket.writable) socket.write(`${line}\r\n`)
    }

    async function command(line: string): Promise<void> {
      const [verb = ''] = line.toUpperCase().split(/[ :]/)
      state.commands.push(`${connection} ${verb}`)
      switch (verb) {
        case 'EHLO':
        case 'HELO':
          return void (await act('ehlo'))
        case 'AUTH':
          return void (await act('auth'))
        case 'MAIL':
          at.mail += 1
          hasRecipient = false
          return void (await act('mail'))
        case 'RCPT':
          hasRecipient = await act('rcpt')
          return
        case 'DATA':
          if (!hasRecipient) return say('503 5.5.1 No recipients')
          if (await act('data')) message = ''
          return
        case 'RSET':
          return void (await act('rset'))
        case 'QUIT':
          say('221 Bye')
          return void socket.end()
        default:
          return say('500 Unknown command')
      }
    }

    async function read(): Promise<void> {
      if (isBusy) return
      isBusy = true
      for (;;) {
        if (message === undefined) {
          const end = unread.indexOf('\r\n')
          if (end === -1) break
          const line = unread.slice(0, end)
          unread = unread.slice(end + 2)
          await command(line)
        } else {
          if (unread === '') break
          if (message === '' && !(await act('body'))) break
          message += unread
          unread = ''
          const end = message.indexOf('\r\n.\r\n')
          if (end === -1) continue
          const whole = message.slice(0, end)
          unread = message.slice(end + 5)
          message = undefined
          state.commands.push(`${connection} .`)
          if (await act('dot')) state.accepted.push(whole)
        }
      }
      isBusy = false
    }

    socket.on('data', (chunk) => {
      state.heard += chunk.toString('latin1')
      unread += chunk.toString('latin1')
      void read()
    })
    void act('greeting')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    port,
    stopListening: () => void server.close(),
    wake(action: Action = 'ok') {
      for (const resolve of sleeping) resolve(action)
      sleeping.clear()
    },
  })
}
