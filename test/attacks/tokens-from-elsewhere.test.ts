import request from 'supertest'
import { expect, it } from 'vitest'
import { tokenApi } from '../tokens/token-api.js'

it.each<[string, (test: request.Test, token: string, code: string) => request.Test]>([
  ['a form', (test, challengeToken, code) => test.type('form').send({ challengeToken, code })],
  ['the query', (test, challengeToken, code) => test.query({ challengeToken }).send({ code })],
  ['a header', (test, token, code) => test.set('challengeToken', token).send({ code })],
  ['a cookie', (test, token, code) => test.set('Cookie', `challengeToken=${token}`).send({ code })],
  [
    'text that a parser takes for JSON',
    (test, challengeToken, code) =>
      test.type('text/plain').send(JSON.stringify({ challengeToken, code })),
  ],
  [
    'a type that a page of another site may send',
    (test, challengeToken, code) =>
      test
        .set('Content-Type', 'text/plain; application/json')
        .send(JSON.stringify({ challengeToken, code })),
  ],
  [
    'a prototype',
    (test, token, code) =>
      test.type('json').send(`{"code":"${code}","__proto__":{"challengeToken":"${token}"}}`),
  ],
])('a token is read from JSON alone, and not from %s', async (_from, send) => {
  const { server, asked, post } = await tokenApi()
  const { challengeToken, code } = await asked()
  const { body } = await send(request(server).post('/api/login'), challengeToken, code)
  expect(body.reason).toBe('no_pending_code')
  expect((await post({ challengeToken, code })).status).toBe(200)
})
