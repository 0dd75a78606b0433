/**
 * What every function that reads or writes tables has. No name is looked up where a stranger could put
 * one. And each statement has an index: a connection keeps its plans, and one that was made while a
 * table was small would read all of it for as long as a flood lasts.
 */
export const VERB =
  'LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off'

/** What the verbs share. */
export const helpers = (schema: string) => `
-- The time that decides. Read after a lock was waited for, so not the one at which the query began.
CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS double precision LANGUAGE sql VOLATILE AS $sql$
  SELECT pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::double precision
$sql$;

-- The end of the day in which an instant lies.
CREATE OR REPLACE FUNCTION ${schema}.day_end(instant double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $sql$
  SELECT pg_catalog.ceil(instant / 86400000) * 86400000
$sql$;

-- Budgets after sends were given back to one of them. What has refilled by itself is not given back
-- again, or more mails than the limit would go out.
CREATE OR REPLACE FUNCTION ${schema}.given_back(
  budgets jsonb, budget text, sends integer, since double precision, refill_ms double precision,
  at_ms double precision
) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $sql$
  SELECT budgets || pg_catalog.jsonb_build_object(budget,
    coalesce((budgets ->> budget)::double precision, 0)
      - greatest(0, sends * refill_ms - (at_ms - since)))
$sql$;

-- Locks the row of an address, and makes it where there is none.
CREATE OR REPLACE FUNCTION ${schema}.lock_address(
  in_address text, in_kept_until double precision, OUT home ${schema}.addresses
)
${VERB} AS $plpgsql$
BEGIN
  LOOP
    SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address FOR UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO ${schema}.addresses (address, kept_until) VALUES (in_address, in_kept_until)
      ON CONFLICT DO NOTHING RETURNING * INTO home;
    EXIT WHEN FOUND;
    -- Somebody else has just made it: now there is one to lock, unless it is gone again.
  END LOOP;
END
$plpgsql$;

-- Clears away a few rows that say nothing any more: more than one request adds. It waits for no lock,
-- and comes last in its transaction, so that nobody ever waits in a circle.
CREATE OR REPLACE FUNCTION ${schema}.prune(at_ms double precision) RETURNS void
${VERB} AS $plpgsql$
DECLARE
  over tid;
BEGIN
  FOR over IN
    SELECT c.ctid FROM ${schema}.challenges c WHERE c.expires_at <= at_ms
    ORDER BY c.expires_at LIMIT 2 FOR UPDATE SKIP LOCKED
  LOOP
    DELETE FROM ${schema}.challenges WHERE ctid = over;
  END LOOP;
  FOR over IN
    SELECT a.ctid FROM ${schema}.addresses a WHERE a.kept_until <= at_ms
    ORDER BY a.kept_until LIMIT 2 FOR UPDATE SKIP LOCKED
  LOOP
    DELETE FROM ${schema}.addresses WHERE ctid = over;
  END LOOP;
END
$plpgsql$;
`
