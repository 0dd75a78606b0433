/** Faults that authors of stores make. For each, the case of the suite that must fail. */
export const FAULTS = {
  'opens a challenge that exists': 'answers taken for a challenge whose code was accepted',
  'keeps used challenges for ever': 'forgets a used challenge at the end of its lifetime',
  'takes a cancelled challenge for a used one':
    'opens a challenge again that was cancelled: its code was never mailed',
  'accepts a code twice': 'accepts a right code once',
  'accepts any code at the last attempt': 'never accepts a wrong code',
  'accepts no code': 'opens a challenge at the first request and accepts its right code',
  'accepts the right code of a spent challenge':
    'counts five wrong guesses down to 0, and then rejects the right code',
  'accepts while it cannot count': 'rejects a right code while a wrong one could not be counted',
  'always refunds a cancelled mail':
    'removes a challenge that was mailed once, and keeps its send charged',
  'answers accepted without failures': 'tells the failures of the address with an accepted code',
  'answers stale for a spent code': 'answers spent for a spent code that is too short as well',
  'answers stale for codes of any length':
    'accepts a code with more digits than those found too short',
  'answers waiting for a missing challenge':
    'opens a new challenge at once for a browser whose challenge the store has lost',
  'applies the spacing of a refused mail to all budgets':
    'limits neither another budget nor another address after a refused mail',
  'applies the spacing to all challenges of an address':
    'opens at once for a browser without a challenge, even if another browser has just requested a code',
  'charges a free replacement':
    'replaces a code that has become too short at once and without charging a send',
  'charges all sends to the last budget':
    'refunds one send to the last budget of a challenge that was reopened on another budget',
  'charges refused requests': 'does not prolong the limit when more requests arrive',
  'clears all failures at a sign-in': 'never refunds failures at a sign-in',
  'counts a right code as a failure': 'does not count a right code as a failure',
  'counts failures for each challenge separately':
    'evaluates five guesses in total at five codes that were opened side by side',
  'counts guesses at a stale code':
    'answers stale for a code that has become too short, counts no guess, and keeps the challenge',
  'does not remember that a code was found stale':
    'keeps a code stale after the window if it was tried while it was too short',
  'ends the window at a sign-in':
    'neither starts, ends nor prolongs a window of failures at a sign-in',
  'erases all addresses': 'keeps all data of another address',
  'erases no challenges': 'erases all challenges of the address, so that their codes are rejected',
  'erases no failures': 'erases the failures of the address',
  'erases no sends': 'erases the sends of all budgets of the address',
  'erases no spacing': 'erases the spacing after a refused mail',
  'expires a free replacement with the old code':
    'gives the replacement a full lifetime and all its attempts',
  'fills the budget at a sign-in': 'does not refund the sends of challenges without a sign-in',
  'finds challenges of another address':
    'answers unknown for a challenge of another address in every verb, and does not change it',
  'forgets the charge of the code that it replaces':
    'refunds the sends of the replaced code at a sign-in with its free replacement',
  'forgets the spacing':
    'limits the budget of a refused mail for the spacing, although its challenge is gone',
  'forgets the spacing of a full budget':
    'keeps a spacing that ends after the budget is full again',
  'forgets with the window that a challenge was guessed at':
    'refunds nothing once a guess was made in a window of failures that is over',
  'ignores the spacing': 'reopens once for 50 concurrent requests to send a code again',
  'keeps a challenge a millisecond too long':
    'expires a challenge at the end of its lifetime and not a millisecond earlier',
  'keeps failures only as long as a code':
    'keeps counting failures after their challenge has expired',
  'keeps five minutes in addition to what has refilled':
    'refunds what has not refilled of a refused mail that is cancelled after more than five minutes',
  'keeps one row for all addresses': 'counts the sends of each address separately',
  'keeps the challenge that it replaces':
    'replaces each code free of charge only once, and charges a replayed request',
  'lifts the spacing at a refund':
    'keeps the spacing after a refused mail at refunds of other challenges',
  'limits free replacements': 'replaces a code that has become too short even when no send is left',
  'limits no sends':
    'allows at most five sends in any hour and twenty in any day when requests never pause',
  'locks an address after a hundred failures': 'never treats a code of ten digits as too short',
  'lowers the failuresBelow that a code was found stale for':
    'keeps the highest failuresBelow that a code was found stale for, when a lower one is tried later',
  'measures the spacing from the first mail':
    'measures the spacing from the last mail, not from the first',
  'measures the spacing of a refused mail from its cancel':
    'measures the spacing from the refused mail on, for exactly as long as it says',
  'never ends a window of failures':
    'clears all failures 30 days after the first of them and not a millisecond earlier',
  'never refunds a cancelled mail':
    'refunds the whole send of a cancelled mail if the request says so',
  'prolongs the lifetime when it reopens':
    'keeps the expiry and the used attempts of a challenge that it reopens, and opens no new one',
  'prolongs the window with each failure':
    'clears all failures 30 days after the first of them and not a millisecond earlier',
  'prolongs the window with each send':
    'does not prolong the window of failures when a mail is sent',
  'refills a budget beyond its burst': 'refills an unused budget up to its burst and no further',
  'refunds a cancelled mail after a guess':
    'refunds nothing once a guess was made at the challenge',
  'refunds a free replacement that is refused':
    'refunds nothing for a free replacement that is refused, and limits the next mail',
  'refunds a send for a missing challenge':
    'changes nothing when the challenge to cancel does not exist',
  'refunds all of a refused mail': 'refunds all but five minutes of the send of a refused mail',
  'refunds an outage like a refused mail':
    'allows the next send at once after a mail that reached no server',
  'refunds before it counts': 'rejects a right code while a wrong one could not be counted',
  'refunds failures': 'never refunds failures at a sign-in',
  'refunds no sends': 'never limits a user who signs in with each code',
  'refunds nothing of a refused mail': 'refunds all but five minutes of the send of a refused mail',
  'refunds to a budget that was not charged': 'refunds nothing to a budget that was not charged',
  'refunds what has refilled already':
    'does not refund the part of a send that has refilled already',
  'removes a challenge before it counts':
    'rejects a right code while a wrong one could not be counted',
  'removes a challenge when a resend is cancelled':
    'keeps the code of the first mail valid when the mail of a resend is cancelled',
  'removes the challenge when it refuses to send':
    'charges a send for reopening, and keeps the pending challenge valid when no send is left',
  'replaces a spent code free of charge':
    'charges a send for replacing a spent code, even if it is too short as well',
  'reports attempts that the code length does not allow':
    'reports no more attempts left than the code length allows',
  'restores attempts when it reopens':
    'keeps the expiry and the used attempts of a challenge that it reopens, and opens no new one',
  'shortens the spacing of a refused mail':
    'does not shorten the spacing when an earlier mail is refused later',
  'starts a window at a sign-in':
    'neither starts, ends nor prolongs a window of failures at a sign-in',
  'tells at a sign-in failures of a window that is over':
    'tells no failures of a window that is over with an accepted code',
  'tells at a sign-in only the failures of the challenge':
    'tells the failures of the address with an accepted code',
  'throws when it should erase an unknown address':
    'does nothing for an address that it does not know',
  'treats a missing challenge as a new one':
    'answers unknown for guesses at a challenge that does not exist, and neither counts nor creates anything',
  "uses the caller's clock": 'ignores the clock of the caller, which is 1 hours off',
  'waits between reading and writing': 'evaluates exactly five of 200 concurrent wrong guesses',
} as const

export type Fault = keyof typeof FAULTS
