/**
 * The attributes of every function that reads or writes tables. `search_path` excludes schemas in which other
 * roles can create objects of the same name. `enable_seqscan` is off because a connection keeps its plans: one
 * that was made for a small table would read the whole table throughout a flood.
 */
export const VERB =
  'LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off'

/**
 * In place of a challenge's attempts: its code was accepted or replaced. The row only keeps its key from being used
 * again, until its expiry.
 */
export const USED = -1

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
-- because that would allow more mails than the limit. At least keeps_ms of the charge stay, and the budget
-- allows no send before not_before.
CREATE OR REPLACE FUNCTION ${schema}.refunded(
  budgets jsonb, budget text, sends integer, refill_ms double precision, elapsed_ms double precision,
  keeps_ms double precision, not_before double precision
) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $sql$
  SELECT budgets || pg_catalog.jsonb_build_object(budget, pg_catalog.jsonb_build_array(
    coalesce((budgets -> budget ->> 0)::double precision, 0)
      - greatest(0, sends * refill_ms - greatest(elapsed_ms, keeps_ms)),
    greatest(coalesce((budgets -> budget ->> 1)::double precision, 0), not_before)))
$sql$;

-- Locks the row of an address, and creates it if it does not exist.
CREATE OR REPLACE FUNCTION ${schema}.lock_address(
  in_address text, in_kept_until double precision, OUT home ${schema}.addresses
)
${VERB} AS $plpgsql$
BEGIN
  FOR pass IN 1..100 LOOP
    SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address FOR UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO ${schema}.addresses (address, kept_until) VALUES (in_address, in_kept_until)
      ON CONFLICT DO NOTHING RETURNING * INTO home;
    EXIT WHEN FOUND;
    -- Another transaction has just created the row. Lock it, unless it has been deleted again.
  END LOOP;
  IF home.id IS NULL THEN
    RAISE EXCEPTION 'The address can neither be locked nor created';
  END IF;
END
$plpgsql$;

-- Deletes a few expired rows, more than one request adds. It does not wait for locks and comes last in its
-- transaction, so that there are no deadlocks. It begins where the last deletion ended. A row that it misses,
-- because another transaction held it and then failed, is deleted with its address or by sweep.
CREATE OR REPLACE FUNCTION ${schema}.prune(at_ms double precision) RETURNS void
${VERB} AS $plpgsql$
DECLARE
  day_ms CONSTANT double precision := 86400000;
  -- A mark further in the future than this means that the clock was set back. Other transactions may have read the
  -- clock a moment later, which is no reason to begin again.
  tolerance_ms CONSTANT double precision := 3600000;
  id_bits CONSTANT integer := 47;
  highest_id CONSTANT bigint := (1::bigint << 47) - 1;
  -- A query on the sequences would have no index. Because of enable_seqscan, its estimated cost is so high that
  -- PostgreSQL compiles it to machine code each time, which takes 20 milliseconds.
  mark bigint := coalesce(pg_sequence_last_value('${schema}.challenges_pruned'), 0);
  last bigint;
  pruned integer := 0;
  expired record;
BEGIN
  last := CASE WHEN mark > at_ms + tolerance_ms THEN 0 ELSE mark END;
  FOR expired IN
    SELECT c.ctid, c.expires_at FROM ${schema}.challenges c
    WHERE c.expires_at >= last::double precision AND c.expires_at <= at_ms
    ORDER BY c.expires_at LIMIT 2 FOR UPDATE SKIP LOCKED
  LOOP
    DELETE FROM ${schema}.challenges c WHERE c.ctid = expired.ctid;
    last := floor(expired.expires_at);
    pruned := pruned + 1;
  END LOOP;
  IF pruned < 2 THEN
    last := greatest(last, floor(at_ms)::bigint);
  END IF;
  IF last <> mark THEN
    PERFORM setval('${schema}.challenges_pruned', last);
  END IF;

  -- The mark of addresses is a day and an id, in one number.
  mark := coalesce(pg_sequence_last_value('${schema}.addresses_pruned'), 0);
  last := CASE WHEN (mark >> id_bits) * day_ms > at_ms + tolerance_ms THEN 0 ELSE mark END;
  pruned := 0;
  FOR expired IN
    SELECT a.ctid, a.id, a.kept_until FROM ${schema}.addresses a
    WHERE (a.kept_until, a.id) > ((last >> id_bits) * day_ms, last & highest_id)
      AND a.kept_until <= at_ms
    ORDER BY a.kept_until, a.id LIMIT 2 FOR UPDATE SKIP LOCKED
  LOOP
    DELETE FROM ${schema}.challenges c WHERE c.ctid = ANY (ARRAY(
      SELECT d.ctid FROM ${schema}.challenges d WHERE d.address_id = expired.id FOR UPDATE SKIP LOCKED));
    DELETE FROM ${schema}.addresses a WHERE a.ctid = expired.ctid;
    last := (floor(expired.kept_until / day_ms)::bigint << id_bits) | expired.id;
    pruned := pruned + 1;
  END LOOP;
  IF pruned < 2 THEN
    last := greatest(last, (floor(at_ms / day_ms)::bigint << id_bits) | highest_id);
  END IF;
  IF last <> mark THEN
    PERFORM setval('${schema}.addresses_pruned', last);
  END IF;
END
$plpgsql$;

-- Deletes expired rows that prune has missed, 10,000 at the most.
CREATE OR REPLACE FUNCTION ${schema}.sweep() RETURNS void ${VERB} AS $plpgsql$
DECLARE
  at_ms double precision := ${schema}.now_ms();
BEGIN
  DELETE FROM ${schema}.challenges c WHERE c.ctid = ANY (ARRAY(
    SELECT d.ctid FROM ${schema}.challenges d WHERE d.expires_at <= at_ms
    LIMIT 10000 FOR UPDATE SKIP LOCKED));
  DELETE FROM ${schema}.addresses a WHERE a.ctid = ANY (ARRAY(
    SELECT d.ctid FROM ${schema}.addresses d WHERE d.kept_until <= at_ms
    LIMIT 10000 FOR UPDATE SKIP LOCKED));
END
$plpgsql$;
`
