import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { smtpOfTest } from '../helpers/mail.js'
import { makeProject, runNode } from '../helpers/package.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const GUIDE = new Document('docs/guides/what-a-mail-says.md')
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const EDGE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

const PROGRAM = `
import { Strategy } from 'passport-email-otp'
import { sendCode, shortName, whoAsked } from './mail.mjs'

const { agents, names, asking } = JSON.parse(process.env.INPUT)
const now = new Date('2026-01-05T14:02:59Z')
const strategy = new Strategy({
  secret: '0123456789 0123456789 0123456789', sendCode, allowEmail: () => ({ name: 'Ada' }),
}, async (email) => ({ email }))
const req = { headers: { 'user-agent': asking }, session: {}, sessionID: 's' }
await strategy.requestCode(req, 'ada@example.com')
await strategy.idle()
sendCode.close()
console.log(JSON.stringify({
  asked: agents.map((agent) => whoAsked({ headers: { 'user-agent': agent } }, now)),
  nobody: whoAsked(undefined, now),
  names: names.map((name) => shortName(name) ?? null),
}))
`

describe('the recipe that says who asked', () => {
  it('names browser and system from its lists, and only short names', async () => {
    const smtp = await smtpOfTest()
    const [block] = GUIDE.blocks.filter(({ language }) => language === 'js')
    const folder = await makeProject({
      files: { 'mail.mjs': block?.code ?? '', 'index.mjs': PROGRAM },
    })
    const attack = 'Firefox/Win a prize at https://evil.example 999999 Windows'
    vi.stubEnv('SMTP_URL', smtp.url)
    vi.stubEnv(
      'INPUT',
      JSON.stringify({
        asking: FIREFOX,
        agents: [FIREFOX, EDGE, IPHONE, attack, 'curl/8.5.0', ''],
        names: [
          ...['Ada', 'Zoë O’Neill-Smith', '山田 太郎', 'Agent 007'],
          ...['evil.example', 'see https://x', '111111', 'x'.repeat(31), 'a\nb', '', '<b>', 7],
          null,
        ],
      }),
    )
    onTestFinished(() => void vi.unstubAllEnvs())
    const { asked, nobody, names } = JSON.parse(await runNode(folder, 'index.mjs'))
    expect(asked).toEqual([
      'Requested with Firefox on Windows at 14:02 UTC.',
      'Requested with Edge on Windows at 14:02 UTC.',
      'Requested with Safari on iOS at 14:02 UTC.',
      'Requested with Firefox on Windows at 14:02 UTC.',
      'Requested at 14:02 UTC.',
      'Requested at 14:02 UTC.',
    ])
    expect(nobody).toBe('Requested at 14:02 UTC.')
    expect(names).toEqual([
      ...['Ada', 'Zoë O’Neill-Smith', '山田 太郎', 'Agent 007'],
      ...Array(9).fill(null),
    ])
    const { text, html } = await smtp.next()
    expect(text).toContain('This code is for Ada.\n\nRequested with Firefox on Windows at ')
    expect(html).toContain('This code is for Ada.')
    expect(text.match(/\d{4,}/g)).toHaveLength(1)
  })
})
