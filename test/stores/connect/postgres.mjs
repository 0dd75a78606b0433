import pg from 'pg'

const CONNECTIONS = 10

export async function connect(dist, { port, schema }) {
  const { PostgresStore } = await import(`${dist}/stores/postgres.js`)
  const server = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' }
  const pool = new pg.Pool({ ...server, max: CONNECTIONS })
  // All connections are open before the race begins.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('SELECT pg_sleep(0.01)')))
  return new PostgresStore({ pool, schema })
}
