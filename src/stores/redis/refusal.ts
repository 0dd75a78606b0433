import { hasMethod } from './client.js'

const UPSTASH =
  '@upstash/redis takes other arguments: pass { eval: (script, _, key, ...args) => redis.eval(script, [key], args), ' +
  'evalsha: (sha1, _, key, ...args) => redis.evalsha(sha1, [key], args) }, and create it with ' +
  '{ retry: { retries: 0 }, enableAutoPipelining: false }'

const CALLBACKS =
  'this client takes callbacks and returns no promises: create it without legacyMode and legacy(), or update it'

/** Returns how to pass a client that only looks like one of the supported ones, or `undefined` for all others. */
export function clientRefusal(client: unknown): string | undefined {
  if (hasMethod(client, 'evalsha') && hasMethod(client, 'createScript')) return UPSTASH
  return takesCallbacks(client) ? CALLBACKS : undefined
}

/** node-redis 4 with `legacyMode`, what `legacy()` returns from version 5 on, and version 3. */
function takesCallbacks(client: unknown): boolean {
  const { options } = client as { options?: { legacyMode?: unknown } }
  return (
    options?.legacyMode === true ||
    (client as object).constructor?.name === 'RedisLegacyClient' ||
    hasMethod(client, 'internal_send_command')
  )
}
