import { describe, expect, it } from 'vitest'
import { sessionStorage } from '../../src/pending/in-session.js'
import { CURRENT_KEY, STATE } from './a-pending-state.js'

const storage = sessionStorage({
  name: 'email-otp',
  codeKeys: [CURRENT_KEY],
  digits: 6,
  sessionKey: 'email-otp',
})

describe('a session that is stored on the server', () => {
  it('holds the state in clear', () => {
    const session = {}
    const req = { headers: {}, sessionID: 'x', session }
    storage.write(req, { ...STATE, mailLocale: undefined })
    expect(session).toStrictEqual({ 'email-otp': STATE })
    expect(storage.read(req)).toEqual(STATE)
  })
})

describe('a session that is stored in a cookie', () => {
  it('holds the state encrypted', () => {
    const session = {}
    const req = { headers: {}, session }
    storage.write(req, STATE)
    expect(session).toEqual({ 'email-otp': expect.stringMatching(/^[\w-]+\.[\w-]+$/) })
    expect(storage.read(req)).toEqual(STATE)
  })

  it('loses a state in clear, which the application did not get from this package', () => {
    const req = { headers: {}, session: { 'email-otp': STATE, basket: ['tea'] } }
    expect(storage.read(req)).toBeUndefined()
    expect(req.session).toEqual({ basket: ['tea'] })
  })
})

it('a request without a session has nothing to read and nothing to forget', () => {
  const req = { headers: {} }
  expect(storage.read(req)).toBeUndefined()
  storage.forget(req)
  expect(req).toEqual({ headers: {} })
})
