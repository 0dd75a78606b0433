/**
 * Every attack that the tests try: what an attacker or a fault does, and what happens. The titles of its tests begin
 * with its id. Ids that are missing from a group were given up, because another one covers them.
 */
export const ATTACKS: Readonly<Record<string, string>> = {
  // addresses
  'EML-01': 'The address is missing, empty or blank. It is rejected before the store is called.',
  'EML-02':
    'Blanks or invisible characters surround an address. They are removed; inside it they are rejected, and controls everywhere.',
  'EML-04': 'The address is an object, a number or a boolean. It is rejected without a TypeError.',
  'EML-05': 'Several addresses are sent in one field. They are rejected.',
  'EML-07': 'A quoted local part hides a second address. It is rejected.',
  'EML-08': 'A comment hides a second domain. It is rejected.',
  'EML-10': 'A look-alike or a second at sign moves the domain. The address is rejected.',
  'EML-11':
    'A domain has characters that a mail client maps to other ones, so that one mailbox has two limits. It is rejected.',
  'EML-13':
    'An address is typed in capitals. Mail, store and verify function get one lower-case form.',
  'EML-14': 'A domain has no dot, is an IP address or has stray dots or hyphens. It is rejected.',
  'EML-16':
    'A megabyte is sent as an address. Its length is checked before any regular expression.',
  'EML-17':
    'Tags and dots of one mailbox are varied. They are kept; `accountKey` can join their limits.',
  'EML-19':
    'The query, a header or a cookie has another address than the body. Only the body is read.',
  'EML-20':
    'Another address is sent together with the right code. The address of the challenge is proven.',
  // codes
  'COD-01': 'The code is missing or empty. It is rejected, and no attempt is counted.',
  'COD-02': 'The code is a number or an array. It is rejected, and no attempt is counted.',
  'COD-04':
    'A code is pasted with what stands beside it. It is read if it is the only one; no attempt is counted otherwise.',
  'COD-05': 'The code is typed in the digits of another script. They are read as digits.',
  'COD-07':
    'Thousands of malformed codes are sent. The store is not called and the session does not grow.',
  'COD-08': 'The code is a number in another notation, such as 1e5. It is rejected.',
  'COD-10':
    'The right code contains a control or an invisible character. Controls are rejected; format characters are removed.',
  'COD-11': 'The body sets the length or the expiry of the code. These fields are ignored.',
  'COD-13': 'The code begins with zeros. It is mailed with them, and rejected without them.',
  'COD-14':
    'The time of a comparison is measured. Digests of one length are compared in constant time.',
  // sessions
  'SES-02': 'The application keeps session data at login. The challenge is not kept.',
  'SES-03': 'The code is entered in another session. It is rejected.',
  'SES-05':
    'A user who is logged in proves another address. The session is new and belongs to that user.',
  'SES-06':
    'Another site posts the attacker’s address and code from a victim’s browser. It is rejected.',
  'SES-08': 'The address in a stored session is replaced. The code no longer matches.',
  'SES-09':
    'The code length is lowered or the expiry raised in a stored session. The code is rejected.',
  'SES-11': 'The session is destroyed before the code is entered. No code is pending.',
  'SES-12':
    'A browser without a session requests a code. The session is saved before the response ends.',
  'SES-14':
    'A second tab requests a code at once. It shares the challenge, and the code in the first mail works.',
  // replay
  'REP-01': 'A right code is entered twice. The second time no code is pending.',
  'REP-03': 'The same session and address log in again. They get another id and another code.',
  'REP-04':
    'An older challenge is put back into the session. It works only while it is live, and once.',
  // races
  'RAC-02':
    '50 wrong codes arrive at once. Five are evaluated, and then the right one is rejected.',
  'RAC-03':
    'Wrong codes and the right one arrive at once. At most five are evaluated, and one logs in at most.',
  'RAC-05':
    'Codes arrive in two processes on one store at once. The limits of RAC-02 and RAC-03 are the same.',
  'RAC-06':
    'The code is entered while its session requests another one. At most one code is valid after it.',
  // guessing
  'BRF-01':
    'Five wrong codes are followed by the right one. It is rejected, and a new code can be requested at once.',
  'BRF-02':
    'Guessing goes on over new challenges. Codes get 8 digits after 5 failures, 10 after 50.',
  'BRF-04':
    'Codes are opened in five sessions before the first guess. Only five guesses are evaluated in all.',
  'BRF-05': 'Each challenge is abandoned before its last attempt. The failures are still counted.',
  'BRF-07':
    'Users log in after wrong codes. The failures stay counted; only the sends of that address are refunded.',
  'BRF-08': 'A code fails. One event reports it with the count, without code and address.',
  'BRF-10':
    'An attacker waits for the window to end. After 30 days the count is 0, and not a second earlier.',
  'BRF-11': 'Frequent codes are guessed first. All codes are equally likely.',
  // expiry
  'EXP-02': 'A wrong code is entered shortly before the expiry. The expiry does not move.',
  'EXP-03':
    'The code is requested again. Code, expiry and attempts stay; near its end it is replaced.',
  // sending
  'SND-02':
    'Codes are requested without end. 20 mails are sent in 24 hours and 5 in an hour at most.',
  'SND-03':
    'One session requests a code twice within 30 seconds. One mail is sent, and both responses look the same.',
  'SND-05':
    'A mail fails. What was certainly not sent is cancelled and refunded, all but five minutes if a server had answered; what may have been delivered is kept.',
  'SND-06':
    'An address is written in capitals and in other forms of its domain. All of them share one limit.',
  // locking the owner out
  'LCK-02':
    'An attacker uses up the sends of an address. The owner’s known browser still gets a mail.',
  'LCK-03': 'An attacker uses up the sends of an address. The owner gets a mail after a CAPTCHA.',
  'LCK-05':
    'A cookie of a known browser is forged, copied from another user or expired. It has no effect.',
  'LCK-06':
    'Two strategies share a store. Codes and sends are separate, and failures are counted together.',
  // finding out who has an account
  'ENU-02': 'Wrong codes are entered for known and unknown addresses. The responses are the same.',
  'ENU-03': 'The response time is measured for known and unknown addresses. It is the same.',
  'ENU-05':
    'The send limits of known and unknown addresses are exceeded. The responses are the same.',
  // stores that fail
  'STF-01':
    'A call of the store fails. The result is an error: no mail, no pending code, no login.',
  'STF-03': 'A call of the store never ends. A time limit ends it, and a late result is ignored.',
  'STF-04': 'A memory store restarts. Its codes are gone, and a new one can be requested at once.',
  'STF-06': 'Redis evicts the failures of an address. They are 0 again, and `check()` warns of it.',
  'STF-07': 'Redis fails over and loses its last writes. Only those guesses are forgotten.',
  'STF-09': 'The application’s clock is wrong. No code lives longer by the clock of the store.',
  'STF-10': 'The store returns a result that is impossible. The request fails with an error.',
  // delivery
  'MAIL-01':
    'A request tries to add recipients. The mail has one, in its header and in its envelope.',
  'MAIL-02': 'A transport fails and quotes the mail. The error contains neither code nor address.',
  'MAIL-04': 'A transport never answers. It is given up after a time limit.',
  'MAIL-05':
    'The process dies before the mail is sent. One send is lost, and the challenge expires.',
  // injection into mails
  'INJ-02': 'A subject contains line breaks and a header. It is rejected, and no mail is sent.',
  'INJ-03': 'An address looks like a template. It is never evaluated.',
  'INJ-05': 'The application’s name contains markup. It is escaped in the HTML part.',
  'INJ-06': 'The application’s mail text has other keys, such as `attachments`. They are ignored.',
  // secrets
  'SEC-02':
    'The secret is rotated while a code is pending. The code works; new ones use the new secret.',
  'SEC-03':
    'The old secret is removed. Its codes are no longer pending; failures and sends still count.',
  'SEC-05': 'A code of one strategy is entered at another with the same secret. It is rejected.',
  // types of what is sent
  'TYP-01': 'A body sets `__proto__` or `constructor`. Only own properties are read.',
  'TYP-03': 'An address is named like a property of every object. It is a plain address.',
  'TYP-04': 'A field’s name looks like a path. No path is followed.',
  'TYP-06': 'A field is sent twice. It is rejected, and no attempt is counted.',
  // proxies and hosts
  'PRX-01': 'The request names another host. The mail does not change.',
  'PRX-02': 'Each request comes from another IP address. The limits do not change.',
  // leaks
  'LOG-01': 'Logs, events and errors are read. They contain no code, no address and no secret.',
  'LOG-02': 'Responses, sessions and stores are read. They contain no code.',
  // floods
  'DOS-01':
    'Clients without cookies request codes without end. A rejected request costs one store call.',
  'DOS-02': 'One session requests thousands of codes. Its size stays the same.',
  // trusted browsers
  'TRU-01':
    'A cookie of a trusted browser is edited, or made with another key. A code is required.',
  'TRU-02':
    'A cookie of a trusted browser is copied to another user or browser. It is worth nothing without the password of its user.',
  'TRU-03': 'A cookie of another strategy is renamed. A code is required.',
  'TRU-04':
    'A cookie of a trusted browser is replayed after the version has changed. A code is required.',
  'TRU-05': 'The clock is set back. A cookie from the future is refused.',
  'TRU-06':
    'A secret has leaked and is removed. A cookie of a trusted browser that was made with it is rejected.',
  'TRU-07': 'A prototype is polluted with a ticked box. No browser becomes trusted.',
  // how applications are set up
  'INT-01': 'There is no session. The error names express-session.',
  'INT-02': 'There is no body parser. The error says so.',
  'INT-04': 'A callback ignores the outcome of a request. It does not look like a login.',
  'INT-05': 'Another strategy stands beside it. Each is tried once, and one mail is sent.',
  'INT-07': 'Messages are put into flashes and sessions. They contain neither address nor code.',
  'INT-08': 'The strategy is mounted on every route. Page views send no mail and reach no handler.',
  'INT-10': 'The client changes a response. The next request is still not logged in.',
  'INT-11': 'The session cookie is lost behind a proxy. No code is pending.',
  'INT-13': 'Other methods than POST are used. They are rejected, and nothing is used up.',
  'INT-14':
    'A body has a type or a charset that nothing parses. It is rejected without an exception.',
  'INT-15': 'A handler stands behind the strategy. It runs after a right code only.',
  'INT-17':
    'Verify functions fold spellings of an account. `accountKey` makes them share their limits.',
  // what stores keep
  'STO-02': 'Codes of challenges that do not exist are tried. Nothing is stored.',
  'STO-03':
    'Codes are requested until no send is left. Expiry and attempts of the pending one stay.',
  'STO-05': 'Redis is a cluster. All keys of a challenge are in one slot.',
  'STO-06': 'The store is a copy that only reads. It fails, and `check()` says why.',
}

/** Attacks that depend on the store. Each is tried on every store. */
export const ON_EVERY_STORE: readonly string[] = [
  ...['RAC-02', 'RAC-03', 'RAC-06', 'REP-01', 'REP-03', 'REP-04', 'EXP-02', 'EXP-03'],
  ...['BRF-01', 'BRF-02', 'BRF-04', 'BRF-05', 'BRF-07', 'BRF-08', 'BRF-10'],
  ...['SND-02', 'SND-03', 'SND-05', 'SND-06', 'LCK-02', 'LCK-03', 'LCK-05', 'LCK-06'],
  ...['STO-02', 'STO-03', 'SEC-02', 'SEC-03', 'SEC-05', 'INT-17'],
]

/**
 * Attacks that only concern stores with a server: several processes, a clock that is not the application's, eviction,
 * fail-over and slots of Redis, and copies that only read.
 */
export const ON_SERVERS: readonly string[] = [
  ...['RAC-05', 'STF-06', 'STF-07', 'STF-09', 'STO-05', 'STO-06'],
]
