import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { freePort } from './free-port.js'
import { createCluster, newDirectory, owner, program, programs, run } from './postgres-cluster.js'
import { until } from './until.js'

/** Tests that need a real server: skipped where there is none, but a failure where `CI` is set. */
export function describeWithPostgres(name: string, tests: () => void): void {
  if (programs === undefined && !process.env.CI) {
    describe.skip(`${name} (skipped: install the Debian package postgresql)`, tests)
  } else {
    describe(name, tests)
  }
}

export interface PostgresServer {
  readonly port: number
  readonly directory: string
  /** A pool of connections to it as its superuser. It ends with the server. */
  pool(options?: pg.PoolConfig): pg.Pool
  /** All its processes die at once, without a word. */
  kill(): Promise<void>
  /** Starts it again after {@link kill}, with what it had written. */
  start(...options: string[]): Promise<void>
  /** It takes connections and bytes, and answers nothing until {@link resume}. */
  pause(): void
  resume(): void
  /** A second server that follows this one. Ends with it. */
  startStandby(): Promise<PostgresServer>
  /** Makes a standby a primary. */
  promote(): Promise<void>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Starts a server for the tests of the enclosing `describe`, with a pool of connections to it. */
export function usePostgres(config?: pg.PoolConfig) {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool(config)
  })
  afterAll(() => server?.stop())
  return {
    get server() {
      return server
    },
    get pool() {
      return pool
    },
  }
}

/** Starts a server of its own on a free port, with an empty database. */
export async function startPostgres(...options: string[]): Promise<PostgresServer> {
  const directory = newDirectory()
  const data = join(directory, 'data')
  // A copy takes a quarter of the time. The mutation run has no global setup.
  const empty: string | undefined = inject('emptyPostgres')
  if (empty) await run('cp', ['-a', empty, data], owner)
  else await createCluster(data)
  return serve(directory, options)
}

async function serve(directory: string, options: string[]): Promise<PostgresServer> {
  const port = await freePort()
  const pools: pg.Pool[] = []
  const standbys: PostgresServer[] = []
  let child = await spawnServer(directory, port, options)

  return {
    port,
    directory,
    pool: (config) => {
      const address = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' }
      const pool = new pg.Pool({ ...address, ...config })
      pool.on('error', () => {}) // a connection that dies while nobody uses it
      pools.push(pool)
      return pool
    },
    kill: () => end(child),
    start: async (...more) => {
      child = await spawnServer(directory, port, [...options, ...more])
    },
    pause: () => signal(child, 'SIGSTOP'),
    resume: () => signal(child, 'SIGCONT'),
    startStandby: async () => {
      const place = newDirectory()
      const from = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '--no-sync']
      const copy = ['-D', join(place, 'data'), '-R', '-c', 'fast', '-X', 'stream']
      await run(program('pg_basebackup'), [...from, ...copy], owner)
      const standby = await serve(place, options)
      standbys.push(standby)
      return standby
    },
    promote: async () => {
      await run(program('pg_ctl'), ['promote', '-w', '-D', join(directory, 'data')], owner)
    },
    stop: async () => {
      for (const standby of standbys) await standby.stop()
      // A connection that hangs would keep its pool from ending: it ends with the server.
      const ended = pools.map((pool) => (pool.ended ? undefined : pool.end().catch(() => {})))
      await end(child)
      await Promise.all(ended)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function spawnServer(directory: string, port: number, options: string[]) {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${directory}`,
    'fsync=off',
    'full_page_writes=off',
    'max_connections=100',
    ...options,
  ]
  const child = spawn(
    program('postgres'),
    ['-D', join(directory, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
    { ...owner, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await once(child, 'spawn')
  const lines: string[] = []
  const output = createInterface({ input: child.stderr })
  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      lines.push(line)
      if (/ready to accept (read-only )?connections/.test(line)) resolve()
    })
    child.once('exit', () => reject(new Error(`postgres ended:\n${lines.join('\n')}`)))
  })
  return child
}

/** Ends a server and its backends, which would hold its memory for a while if they were left alone. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  signal(child, 'SIGKILL')
  await ended
}

/** To the server and all its processes: each connection has one of its own, in a group of its own. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (hasEnded(child)) return
  // Held still, it starts no more of them; and while it lives, it knows all of them.
  child.kill('SIGSTOP')
  for (const pid of childrenOf(child.pid)) {
    try {
      process.kill(pid, name)
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err
    }
  }
  child.kill(name)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function childrenOf(parent: number | undefined): number[] {
  const pids = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
  return pids.split(' ').filter(Boolean).map(Number)
}

export { freePort, newDirectory, owner, until }
