// A process of a contender, and bursts of whole logins at it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('process.mjs', import.meta.url))
const MOST_AT_ONCE = 64
let made = 0

export async function startContender(name, setting) {
  const file = name.replace(/ .*/, '')
  const child = fork(PROGRAM, [file, JSON.stringify(setting)], { stdio: 'inherit' })
  const ended = once(child, 'exit').then(([code]) => {
    if (child.connected || code) throw new Error(`${name} has ended with exit code ${code}`)
  })
  ended.catch(() => {})
  const ask = async (what) => {
    const answer = new Promise((resolve) => child.once('message', resolve))
    if (what) child.send(what)
    return Promise.race([answer, ended])
  }
  const { port } = await ask()
  const { login, verify, emailOf } = { ...DEFAULTS, ...(await import(`./contenders/${file}.mjs`)) }
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_AT_ONCE })
  const call = (visitor, what) => send({ agent, port, visitor, what })

  return {
    name,
    /** Logs in `count` users, `atOnce` at once. The codes are taken between the two halves, outside of the measure. */
    async burst(count, atOnce) {
      const visitors = Array.from({ length: count }, () => ({ email: `user${made++}@example.com` }))
      const first = await measured(ask, visitors, atOnce, (one) => call(one, login(one.email)))
      const secrets = await ask('sent')
      const second = await measured(ask, visitors, atOnce, async (one) => {
        const answer = await call(one, verify(secrets[one.email], one.email))
        if (emailOf(answer) !== one.email) throw new Error(`${name}: ${JSON.stringify(answer)}`)
      })
      return {
        cpu: (first.cpu + second.cpu) / count,
        perSecond: (count * 1000) / (first.ms + second.ms),
        times: visitors.map(({ ms }) => ms),
      }
    },
    /** Logs in users until the code that serves them has been compiled: it gets faster for about 1,500 logins. */
    async warmUp(ms) {
      const end = Date.now() + ms
      do await this.burst(MOST_AT_ONCE, MOST_AT_ONCE)
      while (Date.now() < end)
    },
    stop() {
      agent.destroy()
      child.disconnect()
      return ended
    },
  }
}

const DEFAULTS = {
  login: (email) => ({ method: 'POST', path: '/login', body: { email } }),
  emailOf: ({ email, user }) => email ?? user?.email,
}

async function measured(ask, visitors, atOnce, run) {
  const { cpuMicroseconds: before } = await ask('cpu')
  const started = performance.now()
  const waiting = visitors.values()
  const worker = async () => {
    for (const visitor of waiting) {
      const begun = performance.now()
      await run(visitor)
      visitor.ms = (visitor.ms ?? 0) + performance.now() - begun
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const ms = performance.now() - started
  const { cpuMicroseconds: after } = await ask('cpu')
  return { ms, cpu: after - before }
}

function send({ agent, port, visitor, what: { method, path, body, headers } }) {
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body)
    const sending = {
      ...headers,
      ...(text && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
      ...(visitor.cookie && { cookie: visitor.cookie }),
    }
    const outgoing = request({ agent, port, host: '127.0.0.1', method, path, headers: sending })
    outgoing.on('error', reject)
    outgoing.on('response', async (response) => {
      const cookies = response.headers['set-cookie']?.map((one) => one.split(';', 1)[0])
      if (cookies) visitor.cookie = cookies.join('; ')
      const answer = (await response.toArray()).join('')
      if (response.statusCode >= 400) reject(new Error(`${path}: ${response.statusCode} ${answer}`))
      else resolve(answer.startsWith('{') ? JSON.parse(answer) : {})
    })
    outgoing.end(text)
  })
}
