import { RedisStore } from 'passport-email-otp/redis'
import { describeWithRedis, startRedis } from '../../helpers/redis-server.js'
import { clockedStore, connectNodeRedis, newPrefix } from '../redis-clients.js'
import type { ListedStore } from './store.js'

const COUNT = `
local count = 0
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  local ms = redis.call('PTTL', key)
  if ms == -1 or ms > tonumber(ARGV[2]) then count = count + 1 end
end
return count`

export const redis: ListedStore = {
  name: 'Redis',
  describe: describeWithRedis,
  clock: 'own',
  start: async () => {
    const server = await startRedis()
    const { client, close } = await connectNodeRedis(server)
    /** Keys that are still there after so many milliseconds. */
    const keys = async (prefix: string, afterMs = 0) =>
      Number(await server.cli('EVAL', COUNT, '0', `${prefix}*`, `${afterMs}`))
    const newStore = async () => {
      const prefix = newPrefix()
      return {
        store: new RedisStore({ client, prefix }),
        rows: () => keys(prefix),
        prefix,
      }
    }
    const setting = (name: string, broken: string[], works: string[]) => ({
      name,
      prepare: async () => ({
        store: (await newStore()).store,
        enter: async () => void (await server.cli(...broken)),
        leave: async () => void (await server.cli(...works)),
      }),
    })
    return {
      newStore,
      clocked: async () => {
        const { prefix, advance, ...clocked } = await clockedStore(client, server)
        let movedMs = 0
        return {
          ...clocked,
          advance: async (ms) => {
            movedMs += ms
            await advance(ms)
          },
          rows: () => keys(prefix, movedMs),
        }
      },
      shared: async () => {
        const { store, prefix } = await newStore()
        return { store, connect: 'redis', where: { port: server.port, prefix } }
      },
      faults: [
        setting(
          'out of memory',
          ['CONFIG', 'SET', 'maxmemory', '1'],
          ['CONFIG', 'SET', 'maxmemory', '0'],
        ),
        setting(
          'a replica whose primary is down',
          ['REPLICAOF', '127.0.0.1', '1'],
          ['REPLICAOF', 'NO', 'ONE'],
        ),
        setting(
          'whose client may delete and not write',
          ['ACL', 'SETUSER', 'default', '-hset'],
          ['ACL', 'SETUSER', 'default', '+hset'],
        ),
      ],
      stop: async () => {
        close()
        await server.stop()
      },
    }
  },
}
