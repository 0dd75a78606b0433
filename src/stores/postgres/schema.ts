import { attempt } from './attempt.js'
import { cancelAndForget } from './cancel.js'
import { helpers } from './helpers.js'
import { open } from './open.js'
import { tables } from './tables.js'

export const DEFAULT_SCHEMA = 'passport_email_otp'

/** Increased with every change to the tables or the functions. */
export const SCHEMA_VERSION = 1

/**
 * Returns the SQL that creates or updates everything that the store needs in a database. It is one statement,
 * so that every tool runs all of it or nothing, also through a transaction-mode pooler. Existing data is kept.
 *
 * @param name the validated name of the schema
 */
export function schemaSql(name: string): string {
  const schema = `"${name}"`
  return `-- The tables and functions of PostgresStore of passport-email-otp: schema version ${SCHEMA_VERSION}.
-- One statement. It can be run again, and from several places at once. Grant to every other role that uses it:
--   GRANT USAGE ON SCHEMA ${schema} TO the_role;
--   GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO the_role;
--   GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema} TO the_role;
DO $migrate$
DECLARE
  installed integer := 0;
BEGIN
PERFORM pg_advisory_xact_lock(hashtextextended('passport-email-otp ${name}', 0));
IF to_regprocedure('${schema}.version()') IS NOT NULL THEN
  installed := ${schema}.version();
END IF;
IF installed > ${SCHEMA_VERSION} THEN
  RAISE EXCEPTION 'The schema ${schema} has version %, made by a newer passport-email-otp than this one, which knows versions up to ${SCHEMA_VERSION}', installed
    USING HINT = 'Update the package wherever it uses this schema.';
END IF;
IF installed = ${SCHEMA_VERSION} THEN
  RETURN;
END IF;

IF to_regnamespace('${schema}') IS NULL THEN
  CREATE SCHEMA ${schema};
END IF;
IF installed < 1 THEN
${tables(schema)}
END IF;
${helpers(schema)}${open(schema)}${attempt(schema)}${cancelAndForget(schema)}
-- The version of the schema. Replaced together with the functions.
CREATE OR REPLACE FUNCTION ${schema}.version() RETURNS integer LANGUAGE sql IMMUTABLE AS $sql$
  SELECT ${SCHEMA_VERSION}
$sql$;
END
$migrate$;
`
}
