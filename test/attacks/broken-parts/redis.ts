import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import { HOUR } from '../../helpers/clock.js'
import { type RedisServer, startRedis, until } from '../../helpers/redis-server.js'
import { clockedStore } from '../../stores/redis-clients.js'
import { FAILS, FORGETS, type Phase, type Said, type Scenario, SOON, WORKS } from './part.js'

const nothing = () => {}

/** A client with the options that the README recommends, logged in as `app` if the server knows that user. */
async function clientOf({ port }: RedisServer, user = '') {
  const url = `redis://${user}127.0.0.1:${port}`
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: 20 } })
  client.on('error', nothing)
  onTestFinished(() => client.destroy())
  await client.connect()
  return client
}

interface RedisOptions {
  readonly options?: readonly string[]
  /** It does not answer while it is broken. */
  readonly isSilent?: boolean
}

/** A scenario on a Redis of its own. */
function redis(
  name: string,
  phases: (server: RedisServer, store: RedisStore) => readonly Phase[],
  repair: (server: RedisServer) => unknown,
  { options = [], isSilent = false }: RedisOptions = {},
): Scenario {
  return {
    name: `Redis ${name}`,
    setUp: async () => {
      const server = await startRedis(...options)
      onTestFinished(() => server.stop())
      const store = new RedisStore({ client: await clientOf(server) })
      return {
        store,
        options: isSilent ? SOON : {},
        phases: phases(server, store),
        repair: async () => {
          await repair(server)
          await answering(store)
        },
      }
    },
  }
}

/** Returns once the client is connected and the server answers. */
function answering(store: RedisStore): Promise<void> {
  return until(() =>
    store.check().then(
      () => true,
      () => false,
    ),
  )
}

/** A scenario of one state, which one command of redis-cli brings about and another one ends. */
function command(
  name: string,
  broken: readonly string[],
  repaired: readonly string[],
  options: RedisOptions = {},
): Scenario {
  return redis(
    name,
    (server) => [{ name, enter: () => server.cli(...broken), ...FAILS }],
    (server) => server.cli(...repaired),
    options,
  )
}

/** Takes the right to one command from the user of the application. */
function without(right: string, said: Said): Scenario {
  const name = `without the right to ${right.toUpperCase()}`
  return {
    name: `Redis ${name}`,
    setUp: async () => {
      const server = await startRedis()
      onTestFinished(() => server.stop())
      await server.cli('ACL', 'SETUSER', 'app', 'on', 'nopass', '~*', '+@all')
      const store = new RedisStore({ client: await clientOf(server, 'app:any@') })
      return {
        store,
        phases: [{ name, enter: () => server.cli('ACL', 'SETUSER', 'app', `-${right}`), ...said }],
        repair: () => server.cli('ACL', 'SETUSER', 'app', `+${right}`),
      }
    },
  }
}

/** The clock of the server is set while codes are pending, that of the application is not. */
function clock(name: string, ms: number, said: Said): Scenario {
  return {
    name: `clock of Redis ${name}`,
    setUp: async () => {
      const server = await startRedis()
      onTestFinished(() => server.stop())
      const { store, advance } = await clockedStore(await clientOf(server), server)
      return {
        store,
        phases: [
          { name: 'before', enter: nothing, ...WORKS },
          { name, enter: () => advance(ms), ...said },
          { name: 'set right', enter: () => advance(-ms), ...WORKS },
        ],
        repair: nothing,
      }
    },
  }
}

const DOWN = (server: RedisServer): Phase => ({
  name: 'down',
  enter: () => server.kill(),
  ...FAILS,
})
const start = async (server: RedisServer, store: RedisStore) => {
  await server.start()
  await answering(store)
}
const SILENT = { isSilent: true }
const LOGGED = ['--appendonly', 'yes', '--appendfsync', 'always']

/** A full memory and a replica are among the faults of each store. */
export const ON_REDIS: readonly Scenario[] = [
  redis(
    'stopped',
    (server) => [{ name: 'stopped', enter: () => server.pause(), ...FAILS }],
    (server) => server.resume(),
    SILENT,
  ),
  { ...command('paused', ['CLIENT', 'PAUSE', '15000'], ['PING'], SILENT), isLong: true },
  command(
    'paused for writes',
    ['CLIENT', 'PAUSE', '100000', 'WRITE'],
    ['CLIENT', 'UNPAUSE'],
    SILENT,
  ),
  {
    ...redis(
      'busy with another command',
      (server) => [
        {
          name: 'busy',
          enter: () => {
            server.cli('DEBUG', 'SLEEP', '15').catch(nothing)
          },
          ...FAILS,
        },
      ],
      nothing,
      { ...SILENT, options: ['--enable-debug-command', 'yes'] },
    ),
    isLong: true,
  },
  command(
    'without enough replicas',
    ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
    ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
  ),
  redis(
    'killed and started empty',
    (server, store) => [
      DOWN(server),
      { name: 'empty', enter: () => start(server, store), ...FORGETS },
    ],
    nothing,
  ),
  redis(
    'killed and started with its data',
    (server, store) => [
      DOWN(server),
      { name: 'with data', enter: () => start(server, store), ...WORKS },
    ],
    nothing,
    { options: LOGGED },
  ),
  without('hset', FAILS),
  without('hdel', { ...FAILS, wrong: 'invalid_code' }),
  without('pexpireat', FAILS),
  without('hgetall', FAILS),
  without('time', FAILS),
  clock('an hour back', -HOUR, WORKS),
  clock('an hour forward', HOUR, FORGETS),
]
