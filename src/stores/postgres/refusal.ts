const POSTGRES_JS =
  'this is postgres.js: pass { query: async (text, values = []) => ({ rows: await sql.unsafe(text, values) }) }'

/** Returns what to pass in place of an object of another library, or `undefined` for one with a `query` method. */
export function poolRefusal(pool: unknown): string | undefined {
  const has = (name: string) => typeof (pool as Record<string, unknown>)?.[name] === 'function'
  if (typeof pool === 'function') {
    if (has('unsafe') && has('transaction')) {
      return 'this is neon(url), which cannot run migrate(): pass a Pool of @neondatabase/serverless'
    }
    if (has('unsafe')) return POSTGRES_JS
    if (has('raw')) return 'this is Knex: pass a Pool of "pg", or an adapter for its connections'
  }
  if (typeof pool === 'object' && pool !== null && '$client' in pool) {
    return 'this is a Drizzle database: pass its $client'
  }
  if (has('selectFrom')) return 'this is Kysely: pass the Pool of its PostgresDialect'
  return undefined
}
