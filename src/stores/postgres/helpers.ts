/**
 * The attributes of every function that reads or writes tables. `search_path` excludes schemas in which other
 * roles can create objects of the same name. `enable_seqscan` is off because a connection keeps its plans: one
 * that was made for a small table would read the whole table throughout a flood.
 */
export const VERB =
  'LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off'

/** The functions that the store's methods share. */
export const helpers = (schema: string) => `
-- The current time. Read after waiting for a lock, so it is not the time at which the query began.
CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS double precision LANGUAGE sql VOLATILE AS $sql$
  SELECT pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::double precision
$sql$;

-- The end of the day of an instant.
CREATE OR REPLACE FUNCTION ${schema}.day_end(instant double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $sql$
  SELECT pg_catalog.ceil(instant / 86400000) * 86400000
$sql$;

-- Returns the budgets after a refund to one of them. The part that has refilled already is not refunded,
-- because that would allow more mails than the limit.
CREATE OR REPLACE FUNCTION ${schema}.given_back(
  budgets jsonb, budget text, sends integer, since double precision, refill_ms double precision,
  at_ms double precision
) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $sql$
  SELECT budgets || pg_catalog.jsonb_build_object(budget,
    coalesce((budgets ->> budget)::double precision, 0)
      - greatest(0, sends * refill_ms - (at_ms - since)))
$sql$;

-- Locks the row of an address, and creates it if it does not exist.
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
    -- Another transaction has just created the row. Lock it, unless it has been deleted again.
  END LOOP;
END
$plpgsql$;

-- Deletes a few expired rows, more than one request adds. It does not wait for locks and comes last in its
-- transaction, so that there are no deadlocks.
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
