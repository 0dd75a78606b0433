import { USED, VERB } from './helpers.js'

/** Cancels the last opening of a challenge, and erases an address. */
export const cancelAndForget = (schema: string) => `
CREATE OR REPLACE FUNCTION ${schema}.cancel(
  in_address text, in_challenge text, in_refund text,
  in_budget text, in_refill_ms double precision,
  in_spacing_ms double precision, in_keeps_ms double precision
) RETURNS void ${VERB} AS $plpgsql$
DECLARE
  home ${schema}.addresses;
  last ${schema}.challenges;
  at_ms double precision;
  sent_at double precision;
  free_mail boolean;
  sends integer;
  not_before double precision := 0;
BEGIN
  SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address FOR UPDATE;
  SELECT c.* INTO last FROM ${schema}.challenges c
    WHERE c.address_id = home.id AND c.challenge = in_challenge;
  at_ms := ${schema}.now_ms();
  IF (at_ms < last.expires_at) IS NOT TRUE OR last.attempts_left = ${USED} THEN
    RETURN;
  END IF;

  free_mail := last.free AND last.mails = 1;
  IF in_refund <> 'none'
    AND (free_mail OR (last.charged_sends > 0 AND last.charged_budget = in_budget))
  THEN
    -- After a guess the mail may have been delivered.
    sends := CASE WHEN free_mail OR last.guessed_at THEN 0 ELSE 1 END;
    -- After a cancel, only the time of the first charge is known.
    sent_at := CASE WHEN last.mailed_at = '-infinity' THEN last.charged_since ELSE last.mailed_at END;
    -- A server has refused the mail, so the next one waits for the spacing, whether this one is refunded or not.
    IF in_refund = 'reduced' THEN
      not_before := sent_at + in_spacing_ms;
    END IF;
    UPDATE ${schema}.addresses a SET
      budgets = ${schema}.refunded(
        a.budgets, in_budget, sends, in_refill_ms, at_ms - sent_at,
        CASE WHEN in_refund = 'reduced' THEN in_keeps_ms ELSE 0 END, not_before),
      kept_until = greatest(a.kept_until, ${schema}.day_end(not_before))
      WHERE a.id = home.id;
    last.charged_sends := last.charged_sends - sends;
  END IF;
  IF last.mails = 1 THEN
    DELETE FROM ${schema}.challenges c
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
  ELSE
    UPDATE ${schema}.challenges c SET
      mails = c.mails - 1, mailed_at = '-infinity', charged_sends = last.charged_sends
      WHERE c.address_id = home.id AND c.challenge = in_challenge;
  END IF;
END
$plpgsql$;

CREATE OR REPLACE FUNCTION ${schema}.forget(in_address text) RETURNS void ${VERB} AS $plpgsql$
DECLARE
  home ${schema}.addresses;
BEGIN
  SELECT a.* INTO home FROM ${schema}.addresses a WHERE a.address = in_address FOR UPDATE;
  DELETE FROM ${schema}.challenges c WHERE c.address_id = home.id;
  DELETE FROM ${schema}.addresses a WHERE a.id = home.id;
END
$plpgsql$;
`
