import { expect, it } from 'vitest'
import { isJson, readBody } from '../../src/http/body.js'

const FIELDS = { emailField: 'email', codeField: 'code' }
const FORM = 'application/x-www-form-urlencoded'

it.each([
  [true, { 'content-type': FORM, 'content-length': '1' }],
  [true, { 'content-type': `${FORM} ; charset=utf-8`, 'content-length': '1' }],
  [true, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }],
  [true, { 'content-type': 'APPLICATION/JSON; charset=utf-8', 'content-length': '2' }],
  [false, { 'content-type': FORM, 'content-length': '0' }],
  [false, { 'content-type': FORM }],
  [false, { 'content-type': 'text/plain', 'content-length': '1' }],
  [false, { 'content-type': 'application/json-seq', 'content-length': '2' }],
])('a body that no parser has read is an error: %s, for %j', (isError, headers) => {
  const read = () => readBody({ headers }, FIELDS)
  if (isError) expect(read).toThrow(expect.objectContaining({ code: 'body_required' }))
  else expect(read()).toMatchObject({ email: undefined, code: undefined })
})

it('the body of a Fetch request that nothing has read is an error, unless it is no form', () => {
  const request = (type: string) =>
    new Request('http://a.example', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': type },
    })
  const error = expect.objectContaining({ code: 'body_required' })
  for (const type of ['application/json', FORM]) {
    expect(() => readBody(request(type), FIELDS)).toThrow(error)
  }
  expect(readBody(request('text/plain'), FIELDS).email).toBeUndefined()
})

it.each(['text', 7, null, ['email'], Object.create({ email: 'ada@example.com' })])(
  'a body %j has no field',
  (body) => {
    expect(readBody({ headers: {}, body }, FIELDS).email).toBeUndefined()
  },
)

it.each([
  [true, 'application/json'],
  [true, 'application/vnd.api+json; charset=utf-8'],
  [false, 'x-application/json'],
  [false, 'application/json-seq'],
  [false, 'text/plain; application/json'],
])('is sent as JSON: %s, for %s', (is, type) => {
  expect(isJson({ headers: { 'content-type': type } })).toBe(is)
})
