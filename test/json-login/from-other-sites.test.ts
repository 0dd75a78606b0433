import request from 'supertest'
import { expect, it } from 'vitest'
import { tokenApi } from '../tokens/token-api.js'
import { ADA, jsonApp } from './json-app.js'

const FOREIGN = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }

it('rejects requests for a code and sign-ins from another site, as JSON and as a form', async () => {
  const { browser, mails } = await jsonApp()
  const victim = browser()
  await victim.post({ email: ADA })
  const code = mails[0]?.code
  for (const type of ['form', 'json'] as const) {
    for (const body of [{ email: 'eve@example.com' }, { code }]) {
      const sent = await victim.agent.post('/api/sign-in').set(FOREIGN).type(type).send(body)
      expect([sent.status, sent.body.reason]).toEqual([403, 'cross_site'])
    }
  }
  expect(mails).toHaveLength(1)
  expect(await victim.user()).toBeNull()
  expect((await victim.post({ code })).status).toBe(200)
})

it('compares the Origin of browsers without Sec-Fetch-Site with `origin`', async () => {
  const { browser } = await jsonApp({ strategy: { origin: 'https://app.example' } })
  const from = (Origin: string) =>
    browser().agent.post('/api/sign-in').set({ Origin }).send({ email: ADA })
  expect((await from('https://evil.example')).body.reason).toBe('cross_site')
  expect((await from('null')).body.reason).toBe('cross_site')
  expect((await from('https://app.example')).status).toBe(202)
})

it('rejects a form with a token and a code, because tokens must come in JSON', async () => {
  const { server, asked, post } = await tokenApi()
  const { challengeToken, code } = await asked('eve@example.com')
  for (const type of ['form', 'text/plain', 'multipart/form-data']) {
    const body =
      type === 'form' ? { challengeToken, code } : JSON.stringify({ challengeToken, code })
    const { status } = await request(server).post('/api/sign-in').set(FOREIGN).type(type).send(body)
    expect([type, status]).not.toEqual([type, 200])
  }
  expect((await post({ challengeToken, code })).status).toBe(200)
})
