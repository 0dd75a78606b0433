import { expect, it } from 'vitest'
import { readCookies, setCookie } from '../../src/http/cookies.js'

it.each([
  ['a', ['1', '3']],
  ['b', ['2=2']],
  ['ab', []],
])('readCookies gives each value of the cookie %s, and no other', (name, values) => {
  const headers = { cookie: 'a=1; b=2=2;a=3; aa=4; c' }
  expect(readCookies({ headers }, name)).toEqual(values)
  expect(readCookies({ headers: {} }, name)).toEqual([])
})

it.each([
  ['; Secure', 'Express behind a proxy that it trusts', { secure: true, protocol: 'http' }],
  ['; Secure', 'a host that has only the protocol', { protocol: 'https' }],
  ['; Secure', 'a host that has only the connection', { socket: { encrypted: true } }],
  ['; Secure', 'Node.js over HTTP/2', { socket: {}, stream: { session: { encrypted: true } } }],
  ['', 'Express on http', { secure: false, protocol: 'http', socket: {} }],
  ['', 'a connection without TLS', { socket: { encrypted: false } }],
  ['', 'a host that says nothing of it', {}],
])('a cookie ends with "%s" for %s', (end, _, fields) => {
  const set: unknown[] = []
  const res = { setHeader: (...header: unknown[]) => set.push(header) }
  const req = { headers: {}, ...fields, res }
  setCookie(req, { name: 'a', value: '1', lifetimeSeconds: 60 })
  const line = `a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax${end}`
  expect(set).toEqual([['Set-Cookie', [line]]])
})
