import type { Query } from './query.js'
import { SCHEMA_VERSION } from './schema.js'

const NEEDED = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
const SEQUENCE_NEEDED = ['SELECT', 'UPDATE']

/** Reads only catalogs that every role may read: a missing grant must be reported as a problem, not an error. */
const FACTS = `
SELECT
  current_user AS role,
  pg_is_in_recovery() AS standby,
  current_setting('transaction_read_only') = 'on' AS read_only,
  current_setting('transaction_isolation') AS isolation,
  n.oid IS NOT NULL AS there,
  coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS usage,
  ARRAY(SELECT c.relname || ' (' || needed || ')' FROM pg_class c, unnest($2::text[]) needed
    WHERE c.relnamespace = n.oid AND c.relname IN ('addresses', 'challenges')
    AND NOT has_table_privilege(c.oid, needed)
    UNION ALL SELECT c.relname || ' (' || needed || ')' FROM pg_class c, unnest($3::text[]) needed
    WHERE c.relnamespace = n.oid AND c.relname IN ('addresses_pruned', 'challenges_pruned')
    AND NOT has_sequence_privilege(c.oid, needed) ORDER BY 1) AS tables_denied,
  ARRAY(SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = n.oid
    AND NOT has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1) AS functions_denied,
  EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid AND p.proname = 'version') AS versioned
FROM (SELECT) one LEFT JOIN pg_namespace n ON n.nspname = $1`

interface Facts {
  readonly role: string
  readonly standby: boolean
  readonly read_only: boolean
  readonly isolation: string
  readonly there: boolean
  readonly usage: boolean
  readonly tables_denied: readonly string[]
  readonly functions_denied: readonly string[]
  readonly versioned: boolean
}

/** The problems that an operator has to fix in the database, each as a sentence. */
export async function postgresProblems(query: Query, schema: string): Promise<readonly string[]> {
  const facts = (await query(FACTS, [schema, NEEDED, SEQUENCE_NEEDED])) as unknown as Facts
  return [
    ...serverProblems(facts),
    ...(facts.there && facts.versioned
      ? await schemaProblems(query, schema, facts)
      : [`The schema "${schema}" with the store's tables does not exist: call store.migrate().`]),
  ]
}

export const STANDBY = 'The server is a read-only standby: connect the store to the primary.'

function* serverProblems({ standby, read_only, isolation, role }: Facts) {
  if (standby) {
    yield STANDBY
  } else if (read_only) {
    yield `Transactions of the role "${role}" are read-only: set default_transaction_read_only to "off".`
  }
  if (isolation !== 'read committed') {
    yield `Transactions of the role "${role}" are ${isolation}, so concurrent requests for one address fail ` +
      'instead of waiting for each other: set default_transaction_isolation to "read committed".'
  }
}

async function schemaProblems(query: Query, schema: string, facts: Facts) {
  const { role, usage, tables_denied, functions_denied } = facts
  if (!usage) return [`The role "${role}" lacks USAGE on the schema "${schema}": grant it.`]
  const denied = [
    ...tables_denied.map(
      (table) => `The role "${role}" lacks a privilege on ${schema}.${table}: grant it.`,
    ),
    ...functions_denied.map(
      (name) => `The role "${role}" lacks EXECUTE on ${schema}.${name}: grant it.`,
    ),
  ]
  if (functions_denied.includes('version')) return denied
  return [...denied, ...versionProblems(await query(`SELECT "${schema}".version()`, []), schema)]
}

function versionProblems({ version }: Record<string, unknown>, schema: string): string[] {
  if (Number(version) === SCHEMA_VERSION) return []
  const remedy =
    Number(version) < SCHEMA_VERSION
      ? 'call store.migrate()'
      : 'a newer passport-email-otp has created it; update the package here'
  return [`The schema "${schema}" has version ${version}, not ${SCHEMA_VERSION}: ${remedy}.`]
}
