import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { processorMs } from '../helpers/processor-time.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'

const unseen = [
  ...['\u00A0', '\n', '\r\n', '\v', '\f', '\u2003', '\u202F', '\u3000', '\u2028', '\u2800'],
  ...['\u200B', '\u200E', '\u202E', '\u2060', '\u2066', '\uFEFF', '\u00AD', '\u180E', '\uFE0F'],
]

/** What is typed as an address, by the attack. The session stays empty, and the store is not called. */
const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  'EML-01: an empty address and blanks are refused': [undefined, '', '   ', '\t', ' \t '],
  'EML-02: control characters around the address are refused, and unseen characters inside': [
    ...['\0', '\x07', '\x1B', '\x7F', '\x85'].flatMap((character) => [
      ...[`${ADA}${character}`, `${character}${ADA}`, `ada${character}@example.com`],
    ]),
    ...unseen.map((character) => `ada${character}@example.com`),
  ],
  'EML-04: what is not a string is refused without a TypeError': [
    ...[{ toString: 'x' }, { toString: ADA }, 123, true, false, 0, null, [], {}],
    ...[[ADA], [[ADA]], { email: ADA }, { length: 5 }, { 0: 'a' }, [ADA, EVE]],
  ],
  'EML-05: lists of addresses, display names and angle brackets are refused': [
    ...['a@x.org,b@y.org', 'a@x.org;b@y.org', 'a@x.org, b@y.org', 'a@x.org b@y.org'],
    ...['a@x.org\nb@y.org', 'a@x.org%0ab@y.org\r\nRCPT TO:<b@y.org>', 'g: a@x.org, b@y.org;'],
    ...['a@x.org,', ',a@x.org', 'a@x.org,b', 'a,b@x.org', 'a;b@x.org', 'a@x.org|b@y.org'],
    ...['Ada <a@x.org>', '<a@x.org>', 'a@x.org <b@y.org>', '"Ada" a@x.org', 'mailto:<a@x.org>'],
  ],
  'EML-07: quoted local parts are refused': [
    ...['"e@attacker.com"@victim.com', '"xclow3n@gmail.com x"@internal.domain', '"a"@x.org'],
    ...['"a b"@x.org', '"a\\"@x.org"@y.org', 'a."b"@x.org', '""@x.org', 'a@"x.org"'],
    'a\\@b@x.org',
  ],
  'EML-08: comments are refused': [
    ...['user@good-corp.com(x)evil.com', 'a(b)@x.org', '(c)a@x.org', 'a@(c)x.org', 'a@x.org(c)'],
    ...['a@x(.evil.com', 'a@x.org)(', 'a@x.(c)org'],
  ],
  'EML-10: look-alikes of the at sign and more than one of it are refused': [
    ...['a\uFF20x.org', 'a@b\uFF20x.org', 'a\uFE6Bx.org', 'a@b@x.org', '@a@x.org', 'a@@x.org', '@'],
  ],
  'EML-11: domains that a mail client would map to another address are refused': [
    ...['a@x\uFF0Eorg', 'a@exa\u24DCple.com', 'a@\u2179.org', 'a@x\u3002org', 'a@x\uFF61org'],
    ...['a@\uFF58.org', 'a@\u{1D431}.org', 'a@\u017F.org', 'a@\u212Abc.org', 'a@x\u00AD.org'],
    ...['a@gma\u0130l.com', 'ADA@GMA\u0130L.COM'],
    ...['a@x\u200B.org', 'a@x\u2060.org', 'a@exa\u200Dmple.com', 'a@\uFB01.org', 'a@x\u2024org'],
    ...['a@xn--x.org', 'a@xn--.org', 'a@xn--exa\u24DCple-.com', 'a@XN--A.org', 'a@\u2100.org'],
    ...['a@x.o\u0280g%2eorg', 'a@x%2eorg', 'a@\u2100x.org', 'a@\u00B2x.org', 'a@x.\u1D52rg'],
  ],
  'EML-14: domains that are no host name with a dot, and stray dots, are refused': [
    ...['a@localhost', 'a@[127.0.0.1]', 'a@-x.org', 'a@x..org', 'a@x.org.', '.a@x.org'],
    ...['a..b@x.org', 'a.@x.org', 'a@', '@x.org', 'a', 'a@x', 'a@.org', 'a@x-.org', 'a@x.-org'],
    ...['a@127.0.0.1', 'a@127.1', 'a@0x7f.1', 'a@2130706433', 'a@[IPv6:::1]', 'a@::1', 'a@x.o'],
    ...['a@x.1', 'a@x.1a', 'a@x_y.org', 'a@x.org:25', 'a@x.org/path', 'a@x.org?b=c', 'a@x.org#'],
    ...['user:pw@x.org', 'mailto:a@x.org', 'a@x.org\\', 'a@x!y.org', 'a%b@x@y.org', 'a b@x.org'],
  ],
}

it.each(Object.entries(REFUSED))('%s', async (_title, typed) => {
  const { client, calls, smtp, sessions, events } = await createWorld()
  for (const email of typed) {
    const refused = await client().requestCode(email)
    const what = JSON.stringify(email)
    expect(refused.body, what).toMatchObject({ reason: 'invalid_email', next: 'request_code' })
    expect(refused.status, what).toBe(400)
    expect(refused.headers['set-cookie'], what).toBeUndefined()
  }
  expect(calls).toEqual([])
  expect(smtp.mails).toEqual([])
  expect(await sessions.all()).toEqual({})
  expect(events.map(({ type }) => type)).toEqual(typed.map(() => 'rejected'))
})

it('EML-02: blanks and invisible characters around the address are dropped', async () => {
  const { client, smtp, calls } = await createWorld()
  for (const [n, character] of [' ', ' \t ', ...unseen].entries()) {
    const typed = [`${ADA}${character}`, `${character}${ADA}`, `${character} ${ADA} ${character}`]
    expect((await client().requestCode(typed[n % 3])).body.reason).toMatch(
      /^(code_sent|rate_limited)$/,
    )
  }
  expect(new Set(smtp.mails.flatMap(({ envelope }) => envelope.to))).toEqual(new Set([ADA]))
  expect(new Set(calls.map((call) => call.request.address)).size).toBe(1)
})

it('EML-02: the sentence names an unseen character inside', async () => {
  const { client } = await createWorld()
  expect((await client().requestCode('ada')).body.message).toBe(en.reasons.invalid_email)
  for (const typed of ['ada\u00A0@example.com', 'a\u200Bda@example.com', 'ada@exam ple.com']) {
    const { body } = await client().requestCode(typed)
    expect(body).toMatchObject({ reason: 'invalid_email', next: 'request_code' })
    expect(body.message).toBe(en.reasons.invalid_email_unseen)
  }
})

it('EML-11, EML-17: what is accepted arrives at the mail server as it was counted, with tags and dots', async () => {
  const { client, smtp, calls } = await createWorld()
  const spellings = [
    ['a@b\u00FCcher.example', 'a@xn--bcher-kva.example'],
    ['a@B\u00DCCHER.example', 'a@xn--bcher-kva.example'],
    ['a@bu\u0308cher.example', 'a@xn--bcher-kva.example'],
    ['a@XN--BCHER-KVA.Example', 'a@xn--bcher-kva.example'],
    ['a@fa\u00DF.example', 'a@xn--fa-hia.example'],
    ...['a+tag@x.org', 'a.b@gmail.com', 'ab@gmail.com'].map((email) => [email, email]),
    ["o'hara+x_y{|}~!#$%&*=?^`/-@x.org", "o'hara+x_y{|}~!#$%&*=?^`/-@x.org"],
  ]
  for (const [typed, wire] of spellings) {
    expect((await client().requestCode(typed)).status, typed).toBe(202)
    expect((await smtp.next()).envelope.to, typed).toEqual([wire])
  }
  expect(new Set(calls.map((call) => call.request.address)).size).toBe(6)
})

it('EML-13: one spelling everywhere: mailed, keyed and handed to verify in lower case', async () => {
  const seen: string[] = []
  const { client, smtp, calls } = await createWorld({
    verify: async (email) => {
      seen.push(email)
      return { email }
    },
  })
  const bob = client()
  const asked = await bob.requestCode('Bob@X.ORG')
  const mail = await smtp.next()
  expect(mail.envelope.to).toEqual(['bob@x.org'])
  expect(mail.to).toEqual(['bob@x.org'])
  expect(asked.body.pending.email).toBe('bob@x.org')
  expect((await bob.enterCode(mail.code)).body.user).toEqual({ email: 'bob@x.org' })
  expect(seen).toEqual(['bob@x.org'])
  await client().requestCode('bOB@x.org')
  expect(new Set(calls.map((call) => call.request.address)).size).toBe(1)
})

it('EML-14: parts beyond the lengths of RFC 5321 are refused, those at the limit are not', async () => {
  const label = (n: number) => 'l'.repeat(n)
  const longest = `${label(64)}@${label(63)}.${label(63)}.${label(57)}.org`
  expect(longest).toHaveLength(254)
  // Not over SMTP: smtp-server takes 253 characters at most.
  const sent: string[] = []
  const { client } = await createWorld({ sendCode: ({ to }) => void sent.push(to) })
  expect((await client().requestCode(longest)).status).toBe(202)
  expect(sent).toEqual([longest])
  for (const email of [
    ...[`${label(65)}@x.org`, `a@${label(64)}.org`, `a@x.${label(64)}`, longest.replace('@', '@l')],
    `a@${'\u00FC'.repeat(60)}.org`,
  ]) {
    expect((await client().requestCode(email)).body.reason).toBe('invalid_email')
  }
  expect(sent).toEqual([longest])
})

it('EML-16: a megabyte is refused before any pattern looks at it', async () => {
  const long = [
    `${'a'.repeat(1e6)}@x.org`,
    `a@${'a.'.repeat(5e5)}`,
    `${' '.repeat(1e6)}a@x.org`,
    'a@'.repeat(5e5),
    `a@x.org${' \t'.repeat(5e5)}`,
    'a.'.repeat(5e5),
  ]
  const { emailOtp, calls } = await createWorld()
  // Also the worst that is just short enough to be looked at.
  const short = long.map((email) => `${email.slice(0, 1023)}(`)
  for (const email of [...long, ...short]) {
    const req = { headers: {}, session: {} }
    await emailOtp.requestCode(req, email) // warm
    const took = await processorMs(async () => {
      for (let n = 0; n < 20; n++) await emailOtp.requestCode(req, email)
    })
    // 5 ms each, with a factor of ten in hand; a pattern that backtracks takes seconds.
    expect(took / 20).toBeLessThan(5)
  }
  expect(calls).toEqual([])
})

it('EML-19: query, route parameters, headers and cookies name no address', async () => {
  const { client, smtp } = await createWorld()
  const elsewhere = (body: object) =>
    client()
      .agent.post('/login?email=eve@attacker.example&code=123456')
      .set({ email: EVE, 'x-email': EVE, cookie: `email=${EVE}` })
      .send(body)
  expect((await elsewhere({ email: ADA })).status).toBe(202)
  expect((await smtp.next()).envelope.to).toEqual([ADA])
  expect((await elsewhere({})).body.reason).toBe('invalid_email')
  expect(smtp.mails).toHaveLength(1)
})

it('EML-20: the address of the challenge is proven, whatever address comes with the code', async () => {
  const proven: string[] = []
  const { client, codeFor } = await createWorld({
    verify: async (email) => {
      proven.push(email)
      return { email }
    },
  })
  for (const more of [{ email: ADA }, { email: [ADA] }, { email: '' }, { to: ADA, user: ADA }]) {
    const eve = client()
    const code = await codeFor(eve, EVE)
    expect((await eve.post({ ...more, code })).body.user).toEqual({ email: EVE })
    expect((await eve.home()).body.user).toEqual({ email: EVE })
  }
  expect(new Set(proven)).toEqual(new Set([EVE]))
})
