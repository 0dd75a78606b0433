import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { commandsOf, Document } from '../helpers/documents.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, type Started, start } from './program.js'

vi.setConfig({ hookTimeout: INSTALL_LIMIT_MS })

const PAGE = 'docs/hosts/socket-io-and-graphql.md'
const ADA = 'ada@example.com'
const BEN = 'ben@example.com'
const ORIGIN = 'https://acme.example'

interface Answer {
  readonly reason?: string
  readonly code?: string
  readonly attemptsLeft?: number
}

interface Client {
  emitWithAck(event: string, ...args: unknown[]): Promise<Answer>
  emit(event: string, ...args: unknown[]): unknown
  close(): void
}
type Connect = (url: string, options: object) => Client

let from: string
let folder: string
beforeAll(async () => {
  from = await testPackages('plain-calls')
  folder = await compile({
    sources: new Document(PAGE).files,
    packages: ['socket.io', 'graphql', 'graphql-http'],
    from,
  })
})

/** Starts a program by its command on the page. */
function startPage(file: string): Promise<Started> {
  const commands = new Document(PAGE).blocks.flatMap(({ code }) => commandsOf(code))
  expect(commands).toContain(`npx tsx ${file}`)
  return start(folder, join(from, 'tsx/dist/cli.mjs'), { ORIGIN }, [file])
}

describe('the program for Socket.IO', () => {
  let sockets: Started
  let io: Connect
  beforeAll(async () => {
    sockets = await startPage('socket.ts')
    io = createRequire(`${from}/x.js`)('socket.io-client').io
  })
  const connect = (headers: object = {}, options: object = {}) => {
    const client = io(sockets.origin, { forceNew: true, extraHeaders: headers, ...options })
    onTestFinished(() => client.close())
    return client
  }

  it('signs the connection in that requested the code, and no other', async () => {
    const { smtp } = sockets
    const [ada, eve] = [connect(), connect()]
    expect((await ada.emitWithAck('request_code', ADA)).reason).toBe('code_sent')
    const { code } = await smtp.next()
    expect((await eve.emitWithAck('enter_code', code)).reason).toBe('no_pending_code')
    const wrong = await ada.emitWithAck('enter_code', wrongCode(code))
    expect(wrong).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    expect((await ada.emitWithAck('enter_code', code)).reason).toBe('accepted')
    expect(await ada.emitWithAck('me')).toEqual({ email: ADA })
    expect(await eve.emitWithAck('me')).toBeNull()
  })

  it('sends one mail with one code for two clicks', async () => {
    const { smtp } = sockets
    const client = connect({}, { transports: ['polling'] })
    await client.emitWithAck('me')
    const sent = smtp.mails.length
    const click = () => client.emitWithAck('request_code', 'twice@example.com')
    // While this message is being posted, the client collects the clicks, so that the server receives them at once.
    client.emit('me')
    const answers = await Promise.all([click(), click()])
    expect(answers.map(({ reason }) => reason)).toEqual(['code_sent', 'code_sent'])
    const { code } = await smtp.next()
    expect(smtp.mails).toHaveLength(sent + 1)
    expect((await client.emitWithAck('enter_code', code)).reason).toBe('accepted')
  })

  it('signs in by the client of the page', async () => {
    const { smtp } = sockets
    const [program = ''] = new Document(PAGE).blocks
      .filter(({ language }) => language === 'js')
      .map(({ code }) => code)
    const client = connect()
    const lines = program
      .replace("'493027'", '(await code())')
      .replaceAll('await socket', 'yield await socket')
    const AsyncGenerator = Object.getPrototypeOf(async function* () {}).constructor
    const run = new AsyncGenerator('io', 'code', lines)
    const reasons: unknown[] = []
    const code = async () => (await smtp.next()).code
    for await (const answer of run(() => client, code)) reasons.push(answer.reason)
    expect(reasons).toEqual(['code_sent', 'accepted'])
    const commented = [...program.matchAll(/reason: '(\w+)'/g)].map(([, reason]) => reason)
    expect(commented).toEqual(reasons)
  })

  it('refuses a page of another site, and answers what is broken with a code', async () => {
    const { smtp, output } = sockets
    const evil = connect({ origin: 'https://evil.example' })
    const sent = smtp.mails.length
    expect((await evil.emitWithAck('request_code', BEN)).reason).toBe('cross_site')
    expect(smtp.mails).toHaveLength(sent)
    smtp.rejectRecipient()
    const ben = connect({ origin: ORIGIN })
    expect(await ben.emitWithAck('request_code', BEN)).toEqual({ code: 'delivery_failed' })
    // The log says why.
    await until(() => output.text.includes('responseCode: 550'))
  })

  it('survives what clients may send', async () => {
    const client = connect()
    const logged = sockets.output.text.length
    for (const thing of [null, 7, { email: ADA }, [ADA]]) {
      expect((await client.emitWithAck('request_code', thing)).reason).toBe('invalid_email')
      expect((await client.emitWithAck('enter_code', thing)).reason).not.toBe('accepted')
    }
    client.emit('request_code', 'nobody')
    client.emit('me')
    for (const noFunction of [1, 'reply', null, {}]) {
      client.emit('me', noFunction)
      client.emit('request_code', 'nobody', noFunction)
      client.emit('enter_code', '123456', noFunction)
    }
    expect(await client.emitWithAck('me')).toBeNull()
    expect(sockets.output.text.slice(logged)).not.toContain('Error')
  })
})

describe('the program for GraphQL', () => {
  let graphql: Started
  beforeAll(async () => {
    graphql = await startPage('graphql.ts')
  })

  it('signs in, and counts each of the guesses in one request', async () => {
    const { browser, smtp } = graphql
    const ada = browser()
    const ask = async (query: string) => {
      const { json } = await ada.postJson('/graphql', { query })
      return json.data as Record<string, Answer>
    }
    const request = `mutation { requestCode(email: "${ADA}") { reason } }`
    expect(await ask(request)).toEqual({ requestCode: { reason: 'code_sent' } })
    const { code } = await smtp.next()
    const guesses = Array.from({ length: 20 }, (_, i) => {
      return `g${i}: enterCode(code: "${wrongCode(code, i + 1)}") { reason attemptsLeft }`
    })
    const answers = Object.values(await ask(`mutation { ${guesses.join('\n')} }`))
    expect(answers.map(({ reason }) => reason)).toEqual([
      ...Array(5).fill('invalid_code'),
      ...Array(15).fill('too_many_attempts'),
    ])
    await ask(request)
    const next = await smtp.next()
    const right = await ask(`mutation { enterCode(code: "${next.code}") { reason message next } }`)
    expect(right.enterCode).toMatchObject({ reason: 'accepted', next: 'done' })
    expect(await ask('{ me }')).toEqual({ me: ADA })
  })

  it('signs in by the requests of the page', async () => {
    const { browser, smtp } = graphql
    const ada = browser()
    const [requests = ''] = new Document(PAGE).blocks
      .filter(({ language }) => language === 'graphql')
      .map(({ code }) => code)
    const [request = '', enter = '', me = ''] = requests.trim().split('\n')
    const ask = async (query: string) => (await ada.postJson('/graphql', { query })).json.data
    expect(await ask(request)).toMatchObject({ requestCode: { reason: 'code_sent' } })
    const { code } = await smtp.next()
    const answer = await ask(enter.replace('493027', code))
    expect(answer).toMatchObject({ enterCode: { reason: 'accepted' } })
    expect(await ask(me)).toEqual({ me: ADA })
  })

  it('answers a mail that could not be sent with an error that names neither address nor server', async () => {
    const { browser, smtp, output } = graphql
    smtp.rejectRecipient()
    const query = `mutation { requestCode(email: "${BEN}") { reason } }`
    const { text, json } = await browser().postJson('/graphql', { query })
    expect(json.errors).toHaveLength(1)
    for (const secret of [BEN, '127.0.0.1', '550', 'not today']) expect(text).not.toContain(secret)
    await until(() => output.text.includes('responseCode: 550'))
  })
})

quotesMessagesExactly(PAGE)
