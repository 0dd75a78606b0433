import { USED, VERB } from './helpers.js'

/**
 * Opens a challenge. The first pass refuses without a lock: a flood of refused requests waits for no lock, holds
 * none and writes nothing. The second pass decides again under the lock, because another request may have been
 * faster. (A single statement would decide on the data from before its wait.)
 */
export const open = (schema: string) => `
CREATE OR REPLACE FUNCTION ${schema}.open(
  in_address text, in_challenge text,
  in_pending text, in_failures_below double precision,
  in_ttl_ms double precision, in_keep_ms double precision, in_attempts integer,
  in_spacing_ms double precision,
  in_budget text, in_burst double precision, in_refill_ms double precision,
  OUT outcome text, OUT failures double precision, OUT retry_after_ms double precision
) ${VERB} AS $plpgsql$
DECLARE
  home ${schema}.addresses;
  twin ${schema}.challenges;
  pending ${schema}.challenges;
  at_ms double precision;
  usable boolean;
  stale boolean;
  full_at double precision;
BEGIN
  FOR pass IN 1..2 LOOP
    IF pass = 1 THEN
      SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address;
    ELSE
      home := ${schema}.lock_address(in_address, ${schema}.day_end(at_ms + in_ttl_ms));
    END IF;
    SELECT c.* INTO twin FROM ${schema}.challenges c
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
    SELECT c.* INTO pending FROM ${schema}.challenges c
      WHERE c.address_id = home.id AND c.challenge = in_pending;
    at_ms := ${schema}.now_ms();
    failures := CASE WHEN at_ms < home.window_end THEN home.failures ELSE 0 END;
    -- A second click, or an old request that is sent again.
    IF at_ms < twin.expires_at THEN
      outcome := CASE WHEN twin.attempts_left > 0 THEN 'waiting' ELSE 'taken' END;
      retry_after_ms := greatest(0, twin.mailed_at + in_spacing_ms - at_ms);
      RETURN;
    END IF;
    usable := coalesce(at_ms < pending.expires_at AND pending.attempts_left > 0, false);
    -- Too short for so many failures, or once found too short: then all its values could have been tried.
    stale := usable AND (failures >= in_failures_below OR in_failures_below <= pending.stale_below);
    -- A stale code is replaced regardless of the limits. Otherwise guesses could lock the owner out.
    CONTINUE WHEN stale;

    retry_after_ms := pending.mailed_at + in_spacing_ms - at_ms;
    IF usable AND retry_after_ms > 0 THEN
      outcome := 'waiting';
      failures := NULL;
      RETURN;
    END IF;
    full_at := coalesce((home.budgets -> in_budget ->> 0)::double precision, 0);
    retry_after_ms := greatest(
      full_at - (in_burst - 1) * in_refill_ms,
      coalesce((home.budgets -> in_budget ->> 1)::double precision, 0)) - at_ms;
    IF retry_after_ms > 0 THEN
      outcome := 'limited';
      failures := NULL;
      RETURN;
    END IF;
  END LOOP;
  retry_after_ms := NULL;

  IF NOT stale THEN
    full_at := greatest(full_at, at_ms) + in_refill_ms;
    home.budgets := home.budgets || jsonb_build_object(in_budget, jsonb_build_array(full_at));
  END IF;
  UPDATE ${schema}.addresses a SET
    budgets = home.budgets,
    kept_until = greatest(a.kept_until, ${schema}.day_end(greatest(full_at, at_ms + in_ttl_ms)))
    WHERE a.id = home.id;
  -- A trigger, a rule or a policy can ignore a write without an error.
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The send could not be counted at its address';
  END IF;

  IF NOT stale AND usable AND pending.expires_at - at_ms > in_keep_ms THEN
    IF pending.charged_sends = 0 OR pending.charged_budget <> in_budget THEN
      pending.charged_sends := 0;
      pending.charged_since := at_ms;
    END IF;
    UPDATE ${schema}.challenges c SET
      mails = c.mails + 1,
      mailed_at = at_ms,
      charged_budget = in_budget,
      charged_sends = pending.charged_sends + 1,
      charged_since = pending.charged_since
      WHERE c.address_id = home.id AND c.challenge = in_pending;
    outcome := 'reopened';
    failures := NULL;
  ELSE
    -- In the same step. If the stale challenge stayed, each repeated request would send a free mail.
    UPDATE ${schema}.challenges c SET attempts_left = ${USED}
      WHERE c.address_id = home.id AND c.challenge = in_pending;
    IF stale AND NOT FOUND THEN
      RAISE EXCEPTION 'The challenge could not be replaced';
    END IF;
    DELETE FROM ${schema}.challenges c
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
    INSERT INTO ${schema}.challenges (
      address_id, challenge, expires_at, attempts_left, mailed_at,
      free, charged_budget, charged_sends, charged_since
    ) VALUES (
      home.id, in_challenge, at_ms + in_ttl_ms, in_attempts, at_ms,
      stale,
      CASE WHEN stale THEN pending.charged_budget ELSE in_budget END,
      CASE WHEN stale THEN pending.charged_sends ELSE 1 END,
      CASE WHEN stale THEN pending.charged_since ELSE at_ms END
    );
    outcome := 'opened';
  END IF;
  PERFORM ${schema}.prune(at_ms);
END
$plpgsql$;
`
