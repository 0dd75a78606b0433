import pg from 'pg'

const CONNECTIONS = 10

/** By port. The schemas of a server share one. */
const pools = new Map()

export async function connect(dist, { port, schema }) {
  const { PostgresStore } = await import(`${dist}/stores/postgres.js`)
  if (!pools.has(port)) pools.set(port, await connectedPool(port))
  return new PostgresStore({ pool: pools.get(port), schema })
}

async function connectedPool(port) {
  const server = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' }
  const pool = new pg.Pool({ ...server, max: CONNECTIONS, idleTimeoutMillis: 0 })
  pool.on('error', () => {}) // the server ends before this process
  // All connections are open before the race begins.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('SELECT pg_sleep(0.01)')))
  return pool
}
