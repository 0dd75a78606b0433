import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, onTestFinished } from 'vitest'
import { freePort, isFree } from './free-port.js'
import { redisCommand } from './redis-command.js'
import { until } from './until.js'

/** Every test of Redis runs against another server with this: REDIS_SERVER=/usr/bin/valkey-server npm test */
const PROGRAM = process.env.REDIS_SERVER ?? 'redis-server'
const isMissing = spawnSync(PROGRAM, ['--version']).error !== undefined

/** A test run that is broken off must not leave servers behind. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Tests that need a real server: skipped where there is none, but a failure where `CI` is set. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (isMissing && !process.env.CI) {
    // Reporters show how many tests were skipped, and not why.
    console.warn(`Skipped: "${name}" needs the Debian package redis-server`)
    describe.skip(name, tests)
  } else {
    describe(name, tests)
  }
}

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Runs a command. Returns what redis-cli would print, without the line break at the end. */
  cli(...command: string[]): Promise<string>
  /** The server dies without a word. */
  kill(): Promise<void>
  /** Starts it again after {@link kill}: empty, on the same port. */
  start(): Promise<void>
  /** It takes connections and bytes, and answers nothing until {@link resume}. */
  pause(): void
  resume(): void
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Starts a server of its own on a free port, which keeps nothing on disk. */
export function startRedis(...options: string[]): Promise<RedisServer> {
  // By default a primary waits five seconds for more replicas before it sends its data to the first.
  return startProgram(PROGRAM, ['--repl-diskless-sync-delay', '0', ...options])
}

/** The same, until the test ends. */
export async function startRedisForTest(...options: string[]): Promise<RedisServer> {
  const server = await startRedis(...options)
  onTestFinished(() => server.stop())
  return server
}

/** Starts a sentinel that watches a primary under the name `main`, and lets a replica replace it in two seconds. */
export function startSentinel(primary: RedisServer): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'redis-'))
  const file = join(directory, 'sentinel.conf')
  const settings = [
    `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 5000',
  ]
  writeFileSync(file, `${settings.join('\n')}\n`)
  return startProgram(PROGRAM, ['--sentinel'], { directory, settings: [file] })
}

/** Starts a relative of Redis, by the path of its program. */
export async function startProgram(
  program: string,
  args: string[],
  {
    directory = mkdtempSync(join(tmpdir(), 'redis-')),
    settings = ['--save', '', '--appendonly', 'no'],
  } = {},
): Promise<RedisServer> {
  const port = await freeNodePort()
  const basic = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory]
  const start = () => spawnServer(program, [...settings, ...basic, ...args])
  let child = await start()
  const password = args.includes('--requirepass')
    ? args[args.indexOf('--requirepass') + 1]
    : undefined

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    cli: (...command) => redisCommand(port, command, password),
    kill: () => end(child),
    start: async () => {
      child = await start()
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      await end(child)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function spawnServer(program: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child, 'spawn')
  running.add(child)
  child.once('exit', () => running.delete(child))
  const lines: string[] = []
  const output = createInterface({ input: child.stdout })
  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      lines.push(line)
      if (/ready to accept connections|Sentinel ID is/i.test(line)) resolve()
    })
    child.once('exit', () => reject(new Error(`${program} ended:\n${lines.join('\n')}`)))
  })
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** A node of a cluster listens on its port + 10000 too. */
async function freeNodePort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port < 22_000 && (await isFree(port + 10_000))) return port
  }
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  readonly primaries: readonly RedisServer[]
  stop(): Promise<void>
}

/** Three primaries, each with so many replicas. */
export async function startRedisCluster({ replicas = 0 } = {}): Promise<RedisCluster> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000']
  const nodes: RedisServer[] = []
  const stop = async () => {
    for (const node of nodes) await node.stop()
  }
  try {
    for (let i = 0; i < 3 * (1 + replicas); i += 1) nodes.push(await startRedis(...options))
    await joinNodes(nodes, nodes.length / (1 + replicas))
  } catch (err) {
    await stop()
    throw err
  }
  return { nodes, primaries: nodes.slice(0, 3), stop }
}

const SLOTS = 16_384

/** Makes the first nodes primaries of equal shares of the slots, and the others their replicas. */
async function joinNodes(nodes: readonly RedisServer[], primaries: number): Promise<void> {
  const ids = await Promise.all(nodes.map((node) => node.cli('CLUSTER', 'MYID')))
  for (const [i, node] of nodes.entries()) {
    await node.cli('CLUSTER', 'SET-CONFIG-EPOCH', `${i + 1}`)
    const from = Math.ceil((i * SLOTS) / primaries)
    const to = Math.ceil(((i + 1) * SLOTS) / primaries)
    const slots = Array.from({ length: to - from }, (_, slot) => `${from + slot}`)
    if (i < primaries) await node.cli('CLUSTER', 'ADDSLOTS', ...slots)
    if (i > 0) await node.cli('CLUSTER', 'MEET', '127.0.0.1', `${nodes[0]?.port}`)
  }
  for (const [i, node] of nodes.slice(primaries).entries()) {
    // Rejected while the node does not know that primary yet.
    await until(async () => (await node.cli('CLUSTER', 'REPLICATE', `${ids[i]}`)) === 'OK', 50)
  }
  await until(async () => {
    const views = await Promise.all(nodes.map(viewOf))
    const states = await Promise.all(nodes.map((node) => node.cli('CLUSTER', 'INFO')))
    return (
      new Set(views).size === 1 &&
      views[0]?.split('\n').length === nodes.length &&
      states.every((state) => state.includes('cluster_state:ok'))
    )
  }, 50)
}

/** What a node knows of all nodes: the role, the primary and the slots of each, and whether it is connected. */
async function viewOf(node: RedisServer): Promise<string> {
  const lines = (await node.cli('CLUSTER', 'NODES')).replaceAll('myself,', '').split('\n')
  const views = lines.map((line) => {
    const [id, , flags, primary, , , , link, ...slots] = line.split(' ')
    return [id, flags, primary, link, ...slots].join(' ')
  })
  return views.sort().join('\n')
}

/** Resolves once a replica of this server has all that was written so far. */
export async function replicated(primary: RedisServer): Promise<void> {
  const written = Number(
    /master_repl_offset:(\d+)/.exec(await primary.cli('INFO', 'replication'))?.[1],
  )
  await until(async () => {
    const info = await primary.cli('INFO', 'replication')
    const [, offset = '-1'] = /^slave0:.*state=online,offset=(\d+)/m.exec(info) ?? []
    return Number(offset) >= written
  })
}

export { until }
