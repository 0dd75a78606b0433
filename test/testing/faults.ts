/** What authors of stores get wrong, each with a test of the suite that must tell them. */
export const FAULTS = {
  'a challenge lives a millisecond longer':
    'a challenge ends at its time and not a millisecond before',
  'a free replacement ends with the old code':
    'the new challenge has its own life and all its attempts',
  'a free replacement forgets its charge':
    'a free replacement gives back what the code before it had cost',
  'a free replacement takes over failures':
    'a free replacement gives back no failures of the code before it',
  'a refusal removes the row':
    'reopening counts a send, and without one left the pending challenge lives on',
  'a send prolongs the window': 'sends do not prolong the window',
  'a sign-in clears all failures':
    'a sign-in takes back the failures of its own challenge and of no other',
  'a sign-in ends the window': 'the window stays when nothing is left to count in it',
  'a sign-in fills the budget': 'sends that nobody answered are kept',
  'accepts the last attempt': 'a wrong code never succeeds, whatever else is right',
  'accepts twice': 'a right code is accepted once',
  'always refunds': 'a challenge that was mailed once goes, and its send stays counted',
  'asking prolongs the limit': 'asking while limited does not prolong the limit',
  'cancelling a resend kills the code':
    'the cancelled mail of a resend leaves the code of the first mail working',
  'cancels what is not there': 'what is not there is left alone',
  'charges all sends to the last budget':
    'a challenge reopened on another budget gives back that one send',
  'counts a free replacement':
    'a code that guesses made too short is replaced at once and costs no send',
  'counts failures for each challenge': 'codes opened side by side share five guesses in all',
  'counts guesses at what is stale':
    'a code that has become too short is neither right nor counted, and stays',
  'each failure prolongs the window':
    'they all end 30 days after the first of them, and not a millisecond before',
  'finds a challenge of any address':
    'a challenge of another address is unknown to every verb, and stays as it is',
  'forgets everybody': 'another address keeps all that it has',
  'forgets no challenges': 'all its challenges are forgotten, and a sign-in from before finds none',
  'forgets no failures': 'its failures are forgotten',
  'forgets no sends': 'the sends of all its budgets are forgotten',
  'forgets only whom it knows': 'an address that nobody knows is forgotten without a complaint',
  'forgets what was stale':
    'a code tried while it was too short stays so when another sign-in takes its failures back',
  'gives back across windows':
    'failures of a window that is over are not given back by a code that nobody guessed at since',
  'gives back to any budget':
    'nothing is given back to another budget than the one that was charged',
  'gives back what refilled': 'what refilled by itself is not given back again',
  'gives no sends back': 'whoever signs in is never limited',
  'keeps failures as long as a code': 'they outlive the challenge that was abandoned',
  'keeps one address for all': 'each address has sends of its own',
  'keeps the row that it replaces':
    'it happens once for each code: a replayed request is counted and limited',
  'lets everybody ask at once': 'of 50 requests to send again one mail goes out',
  'limits a free replacement':
    'it is replaced where no send is left: guesses cannot lock the owner out',
  'locks after a hundred failures': 'ten digits are never too short',
  'lowers what was stale':
    'a code found stale at two failures, and then at one, stays stale at two when the window is over',
  'measures spacing from the first mail':
    'spacing is measured from the last mail, not from the first',
  'never accepts': 'a first request opens a challenge that the right code answers',
  'never ends a window':
    'they all end 30 days after the first of them, and not a millisecond before',
  'never refunds': 'with refund its send is given back',
  'promises all attempts': 'attempts left are no more than the ladder leaves',
  'refunds what was guessed at': 'once somebody guessed, nothing is given back',
  'replaces a spent code free': 'a spent code is not free: it is counted',
  'saves sends up without end': 'a budget left alone fills up to its burst and no further',
  'says stale before spent': 'a spent code that is too short as well says spent',
  'sending again brings attempts back':
    'reopening keeps the expiry and the used attempts, and opens nothing new',
  'sending again prolongs the life':
    'reopening keeps the expiry and the used attempts, and opens nothing new',
  'spaces all mails of an address': 'a browser that holds nothing need not wait for another one',
  'stale for codes of any length':
    'a code with more digits than those that were too short is not stale',
  'takes what is missing for fresh':
    'guesses at what is not there count nothing and create nothing',
  'the right code is never spent':
    'five wrong guesses count down to 0, after which the right code comes too late',
  "trusts the caller's clock": 'time never comes from the caller, whose clock is 1 hours off',
  'waits between reading and writing': 'of 200 wrong guesses at once exactly five are evaluated',
  'waits for what is gone': 'a browser that holds what the store lost gets a new code at once',
} as const

export type Fault = keyof typeof FAULTS
