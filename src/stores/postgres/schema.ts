import { attempt } from './attempt.js'
import { cancelAndForget } from './cancel.js'
import { helpers } from './helpers.js'
import { open } from './open.js'
import { tables } from './tables.js'

export const DEFAULT_SCHEMA = 'passport_email_otp'

/** Grows with every change to the tables or the functions. */
export const SCHEMA_VERSION = 1

/**
 * All that the store needs in a database, as one statement: whatever runs it, it happens as a whole
 * or not at all, through a transaction-mode pooler too. What is already there is left alone.
 *
 * @param name a schema's name that has been checked
 */
export function schemaSql(name: string): string {
  const schema = `"${name}"`
  return `-- What PostgresStore of passport-email-otp keeps in PostgreSQL: schema version ${SCHEMA_VERSION}.
-- One statement, safe to run again and from several places at once. A role that did not run it needs:
--   GRANT USAGE ON SCHEMA ${schema} TO the_role;
--   GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO the_role;
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
-- Which version this is. Replaced together with the functions that it speaks for.
CREATE OR REPLACE FUNCTION ${schema}.version() RETURNS integer LANGUAGE sql IMMUTABLE AS $sql$
  SELECT ${SCHEMA_VERSION}
$sql$;
END
$migrate$;
`
}
