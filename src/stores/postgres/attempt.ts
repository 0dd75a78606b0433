import { USED, VERB } from './helpers.js'

/**
 * Counts a guess. A challenge that is unknown, spent or was found stale is answered before the lock. That is
 * safe because these states are final, so the result of reading without a lock stays true.
 */
export const attempt = (schema: string) => `
CREATE OR REPLACE FUNCTION ${schema}.attempt(
  in_address text, in_challenge text, in_matched boolean,
  in_failures_below double precision, in_window_ms double precision,
  in_budget text, in_refill_ms double precision,
  OUT outcome text, OUT attempts_left double precision, OUT failures double precision
) ${VERB} AS $plpgsql$
DECLARE
  home ${schema}.addresses;
  tried ${schema}.challenges;
  at_ms double precision;
BEGIN
  FOR pass IN 1..2 LOOP
    IF pass = 1 THEN
      SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address;
    ELSE
      SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address FOR UPDATE;
    END IF;
    SELECT c.* INTO tried FROM ${schema}.challenges c
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
    at_ms := ${schema}.now_ms();
    outcome := CASE
      WHEN (at_ms < tried.expires_at) IS NOT TRUE OR tried.attempts_left = ${USED} THEN 'unknown'
      WHEN tried.attempts_left = 0 THEN 'spent'
      WHEN in_failures_below <= tried.stale_below THEN 'stale' END;
    IF outcome IS NOT NULL THEN
      RETURN;
    END IF;
  END LOOP;

  IF at_ms < home.window_end AND home.failures >= in_failures_below THEN
    -- Final: guesses at a stale code are not counted, so an attacker could try all its values from now on.
    UPDATE ${schema}.challenges c SET stale_below = in_failures_below
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
    outcome := 'stale';
    RETURN;
  END IF;

  -- A right code is counted like a wrong one first: the same rows, the same columns. Where these writes fail,
  -- neither is judged. The transaction is then rolled back as a whole.
  UPDATE ${schema}.addresses a SET
    failures = CASE WHEN at_ms < home.window_end THEN home.failures + 1 ELSE 1 END,
    window_end = CASE WHEN at_ms < home.window_end THEN home.window_end ELSE at_ms + in_window_ms END,
    budgets = home.budgets,
    kept_until = greatest(home.kept_until, ${schema}.day_end(
      CASE WHEN at_ms < home.window_end THEN home.window_end ELSE at_ms + in_window_ms END))
    WHERE a.id = home.id
    RETURNING a.failures INTO failures;
  -- A trigger, a rule or a policy can ignore a write without an error.
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The guess could not be counted at its address';
  END IF;
  UPDATE ${schema}.challenges c SET attempts_left = tried.attempts_left - 1, guessed_at = true
    WHERE c.address_id = home.id AND c.challenge = in_challenge;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The guess could not be counted at its challenge';
  END IF;

  IF in_matched THEN
    UPDATE ${schema}.challenges c SET attempts_left = ${USED}
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The challenge could not be used up, so its code could be used again';
    END IF;
    IF tried.charged_sends > 0 AND tried.charged_budget = in_budget THEN
      home.budgets := ${schema}.refunded(
        home.budgets, in_budget, tried.charged_sends, in_refill_ms, at_ms - tried.charged_since, 0, 0);
    END IF;
    UPDATE ${schema}.addresses a SET
      failures = home.failures,
      window_end = home.window_end,
      budgets = home.budgets,
      kept_until = home.kept_until
      WHERE a.id = home.id;
    outcome := 'accepted';
    failures := CASE WHEN at_ms < home.window_end THEN home.failures ELSE 0 END;
    RETURN;
  END IF;
  outcome := 'wrong';
  attempts_left := least(tried.attempts_left - 1, in_failures_below - failures);
END
$plpgsql$;
`
