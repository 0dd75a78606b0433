import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import session, { type SessionData } from 'express-session'
import passport from 'passport'
import {
  type AttemptRequest,
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  type EmailOtpEvent,
  MemoryStore,
  type OpenRequest,
  type OpenResult,
  type Strategy,
} from 'passport-email-otp'
import request from 'supertest'
import { vi } from 'vitest'
import { afterThisTest, createWorld, type World, type WorldOptions, wrongCode } from './app.js'

export const ADA = 'ada@example.com'
export const EVE = 'eve@attacker.example'
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The pending state as it lies in a session, for those who edit sessions. */
export type StoredPending = Record<string, unknown>

export interface AttackWorld extends Omit<World, 'browser' | 'events'> {
  readonly server: Server
  readonly events: EmailOtpEvent[]
  readonly calls: Call[]
  readonly sessions: Sessions
  /** Resolves with the events of one type once there are `count` of them. */
  heard<T extends EmailOtpEvent['type']>(
    type: T,
    count?: number,
  ): Promise<Extract<EmailOtpEvent, { type: T }>[]>
  /** A browser with cookies of its own. */
  client(headers?: Record<string, string>): Client
  /** Opens a challenge and gives the code in its mail. */
  codeFor(client: Client, email?: string): Promise<string>
}

export type Client = ReturnType<typeof clientOf>

/** {@link createWorld} on one listening server, with its sessions, store calls and events in reach. */
export async function attackWorld(options: WorldOptions = {}): Promise<AttackWorld> {
  const { store = new MemoryStore(), session: own, ...rest } = options
  const watched = watch(store)
  const sessions = new Sessions()
  const events = new Events()
  const world = await createWorld({
    session: own ?? sessions.middleware,
    onEvent: (event) => events.add(event),
    ...rest,
    store: watched.store,
  })
  const server = await listen(world.app)
  return {
    ...world,
    server,
    sessions,
    events: events.all,
    calls: watched.calls,
    heard: (type, count = 1) => events.heard(type, count),
    client: (headers) => clientOf(server, headers),
    codeFor: async (client, email = ADA) => {
      const asked = await client.ask(email)
      if (asked.status !== 202) throw new Error(`no code sent: ${asked.text}`)
      return (await world.smtp.next()).code
    },
  }
}

/** Serves an app on a port that stays, so that requests in parallel don't close it for each other. */
export async function listen(app: Express): Promise<Server> {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterThisTest(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return server
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

export function clientOf(server: Server, headers: Record<string, string> = {}) {
  const agent = request.agent(server)
  const send = (body: string | object) => agent.post('/login').set(headers).send(body)
  return {
    agent,
    post: send,
    ask: (email: unknown) => send({ email }),
    enter: (code: unknown) => send({ code }),
    home: () => agent.get('/').set(headers),
  }
}

/** Five wrong codes, or as many as said. */
export async function guess(client: Client, code: string, times: number) {
  const answers = []
  for (let n = 1; n <= times; n++) answers.push(await client.enter(wrongCode(code, n)))
  return answers
}

/** What an answer says that a person could tell apart. */
export function shown({ status, body, headers }: request.Response) {
  const { date: _date, etag: _etag, 'set-cookie': cookie, ...others } = headers
  // The value of a cookie is random; its name and attributes are not.
  const cookies = ([] as string[]).concat(cookie ?? []).map((one) => one.replace(/=[^;]*/, '='))
  return { status, body, headers: others, cookies }
}

/** Moves `Date` alone; what waits on a real timer goes on. */
export function fakeDate(start = '2026-01-05T08:00:00.000Z') {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(start) })
  afterThisTest(() => vi.useRealTimers())
  return {
    at: (instant: number) => vi.setSystemTime(instant),
    pass: (ms: number) => vi.setSystemTime(Date.now() + ms),
  }
}

/** Holds `setTimeout` back until the test lets time pass; sockets and `setImmediate` go on. */
export function fakeTimeouts() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  afterThisTest(() => vi.useRealTimers())
  return { pass: (ms: number) => vi.advanceTimersByTime(ms) }
}

/** Holds back the timers of exactly so many milliseconds, and no others, until the test fires them. */
export function holdTimers(heldMs: number) {
  const held: (() => void)[] = []
  const { setTimeout } = globalThis
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
    run: () => void,
    ms?: number,
    ...args: unknown[]
  ) => {
    if (ms !== heldMs) return setTimeout(run, ms, ...(args as []))
    held.push(run)
    return setTimeout(() => {}, 0)
  }) as typeof setTimeout)
  afterThisTest(() => spy.mockRestore())
  return {
    fire: () => {
      for (const run of held.splice(0)) run()
    },
  }
}

/** Counts, and lets others wait until it has counted far enough. */
export class Counter {
  count = 0
  readonly #waiting = new Set<() => void>()

  add(): void {
    this.count += 1
    for (const look of this.#waiting) look()
  }

  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.count < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}

/** The sessions of an application, and a way to write into them as somebody with access to the store could. */
export class Sessions {
  readonly store = new session.MemoryStore()
  readonly middleware: RequestHandler = session({
    secret: 'cats',
    resave: false,
    saveUninitialized: false,
    store: this.store,
  })

  async all(): Promise<Record<string, SessionData & Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      this.store.all((err, sessions) => {
        if (err) reject(err)
        else resolve(Object(sessions))
      })
    })
  }

  /** The only session there is. */
  async only(): Promise<SessionData & Record<string, unknown>> {
    const sessions = Object.values(await this.all())
    if (sessions.length !== 1) throw new Error(`${sessions.length} sessions`)
    return sessions[0] as SessionData & Record<string, unknown>
  }

  /** Changes every session. */
  async edit(change: (session: Record<string, unknown>) => void): Promise<void> {
    for (const [sid, data] of Object.entries(await this.all())) {
      change(data)
      await new Promise<void>((resolve, reject) => {
        this.store.set(sid, data, (err) => (err ? reject(err) : resolve()))
      })
    }
  }

  clear(): Promise<void> {
    return new Promise((resolve) => this.store.clear(() => resolve()))
  }

  async pending(key = 'email-otp'): Promise<StoredPending> {
    return { ...((await this.only())[key] as StoredPending) }
  }

  /** Writes a pending state into every session, or edits the one that is there. */
  plant(changes: StoredPending, key = 'email-otp'): Promise<void> {
    return this.edit((data) => {
      data[key] = { ...(data[key] as StoredPending | undefined), ...changes }
    })
  }
}

export type Call =
  | { readonly verb: 'open'; readonly request: OpenRequest; result?: unknown }
  | { readonly verb: 'attempt'; readonly request: AttemptRequest; result?: unknown }
  | { readonly verb: 'cancel'; readonly request: CancelRequest; result?: unknown }

/** Notes what a store is asked and what it answers. */
export function watch(store: ChallengeStore): { store: ChallengeStore; calls: Call[] } {
  const calls: Call[] = []
  const note = <R>(call: Call, result: Promise<R>): Promise<R> => {
    calls.push(call)
    if (result instanceof Promise) {
      result.then(
        (value) => {
          call.result = value
        },
        () => {},
      )
    }
    return result
  }
  return {
    calls,
    store: {
      open: (r) => note({ verb: 'open', request: r }, store.open(r)),
      attempt: (r) => note({ verb: 'attempt', request: r }, store.attempt(r)),
      cancel: (r) => note({ verb: 'cancel', request: r }, store.cancel(r)),
    },
  }
}

/** A memory store in which some verbs are replaced; `real` is the store behind it. */
export function faultyStore(
  faults: (real: MemoryStore) => {
    open?: (request: OpenRequest) => unknown
    attempt?: (request: AttemptRequest) => unknown
    cancel?: (request: CancelRequest) => unknown
  },
): ChallengeStore {
  const real = new MemoryStore()
  const replaced = faults(real)
  return {
    open: (r) => (replaced.open ? replaced.open(r) : real.open(r)) as Promise<OpenResult>,
    attempt: (r) =>
      (replaced.attempt ? replaced.attempt(r) : real.attempt(r)) as Promise<AttemptResult>,
    cancel: (r) => (replaced.cancel ? replaced.cancel(r) : real.cancel(r)) as Promise<void>,
  }
}

class Events {
  readonly all: EmailOtpEvent[] = []
  readonly #waiting = new Set<() => void>()

  add(event: EmailOtpEvent): void {
    this.all.push(event)
    for (const look of this.#waiting) look()
  }

  heard<T extends EmailOtpEvent['type']>(type: T, count: number) {
    type Heard = Extract<EmailOtpEvent, { type: T }>
    const found = () => this.all.filter((event): event is Heard => event.type === type)
    return new Promise<Heard[]>((resolve) => {
      const look = () => {
        if (found().length < count) return
        this.#waiting.delete(look)
        resolve(found())
      }
      this.#waiting.add(look)
      look()
    })
  }
}

/** A promise and its ends. */
export function gate<T = void>() {
  let open: (value: T) => void = () => {}
  let fail: (reason: unknown) => void = () => {}
  const opened = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { opened, open, fail }
}

export type Authenticator = InstanceType<typeof passport.Passport>

interface AppOptions {
  readonly session?: RequestHandler | false
  readonly parsers?: readonly RequestHandler[]
  readonly routes: (app: Express, auth: Authenticator) => unknown
}

/** An Express application around strategies, for routes that are mounted in another way. Listens. */
export async function serve(
  strategies: readonly (Strategy | passport.Strategy)[],
  options: AppOptions,
): Promise<Server> {
  const app = express()
  app.use(...(options.parsers ?? [express.json(), express.urlencoded({ extended: true })]))
  if (options.session !== false) app.use(options.session ?? new Sessions().middleware)
  const auth = new passport.Passport()
  for (const strategy of strategies) auth.use(strategy as passport.Strategy)
  auth.serializeUser((user, done) => done(null, user))
  auth.deserializeUser((user: Express.User, done) => done(null, user))
  if (options.session !== false) app.use(auth.session() as RequestHandler)
  options.routes(app, auth)
  app.get('/', (req, res) => void res.status(req.user ? 200 : 401).json({ user: req.user ?? null }))
  app.use(((err: { status?: number; code?: string; message: string }, _req, res, _next) => {
    res.status(err.status ?? 500).json({ error: err.code, message: err.message })
  }) satisfies ErrorRequestHandler)
  return listen(app)
}
