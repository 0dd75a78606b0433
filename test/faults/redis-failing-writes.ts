import type { Redis } from 'ioredis'
import type { IoRedisClient } from '../../src/stores/redis/client.js'

export const WRITES = ['HSET', 'HDEL', 'PEXPIREAT'] as const

/** Which writes of a script fail: those of some commands, from the n-th of them on. */
export interface Fault {
  readonly commands: readonly (typeof WRITES)[number][]
  readonly from: number
}

/** Returns all faults up to the n-th write of a script. */
export function allFaults(last: number): Fault[] {
  const sets = Array.from({ length: 2 ** WRITES.length - 1 }, (_, i) =>
    WRITES.filter((_, bit) => ((i + 1) >> bit) & 1),
  )
  return sets.flatMap((commands) =>
    Array.from({ length: last }, (_, i) => ({ commands, from: i + 1 })),
  )
}

/** A client whose scripts fail as `setFault` says. */
export function clientWithFaults(client: Redis) {
  let fault: Fault | undefined
  const rewrite = (script: string, { commands, from }: Fault) => `
local call, begun = redis.call, 0
local fails = { ${commands.map((name) => `${name} = true`).join(', ')} }
local redis = {
  call = function(name, ...)
    if fails[name] then
      begun = begun + 1
      if begun >= ${from} then error('injected: ' .. name) end
    end
    return call(name, ...)
  end
}
${script}`
  return {
    setFault: (next?: Fault) => {
      fault = next
    },
    client: {
      eval: (script, ...rest) => client.eval(fault ? rewrite(script, fault) : script, ...rest),
      evalsha: async () => {
        throw new Error('NOSCRIPT: send the text')
      },
    } satisfies IoRedisClient,
  }
}
