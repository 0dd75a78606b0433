import { type ClientRequest, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { gate } from '../helpers/gate.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { passportWith, serve } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'

/**
 * A browser cancels the first request of a double click. What that request began goes on: the second one
 * is told that a code was sent, so a code must be.
 */
it.each([
  ['anybody may sign in', {}],
  ['known users only', { allowEmail: () => true }],
])('a visitor who is gone before the answer still gets the mail (%s)', async (_title, options) => {
  const mail = await startMail()
  const [asked, left] = [gate(), gate()]
  const memory = new MemoryStore()
  const store: ChallengeStore = {
    open: async (request) => {
      asked.open()
      await left.opened
      return memory.open(request)
    },
    attempt: (request) => memory.attempt(request),
    cancel: (request) => memory.cancel(request),
  }
  const passport = passportWith(strategyOn(mail, { ...options, store }))
  const app = express()
  app.use((_req, res, next) => {
    res.once('close', left.open)
    next()
  })
  app.use(express.json(), sessions())
  app.post('/login', (req, res, next) => {
    // Answers a little later, as a page does that has to be rendered.
    passport.authenticate('email-otp', () => setImmediate(() => res.end()))(req, res, next)
  })

  const visit = post(((await serve(app)).address() as AddressInfo).port)
  await asked.opened
  visit.destroy()
  expect((await mail.smtp.next()).to).toEqual(['ada@example.com'])
})

it('so does one who leaves while the answer is being drawn (known users only)', async () => {
  const mail = await startMail()
  const drawing = gate()
  const passport = passportWith(strategyOn(mail, { allowEmail: () => true }))
  const app = express()
  app.use(express.json(), sessions())
  app.post('/login', (req, res, next) => {
    passport.authenticate('email-otp', () => {
      setImmediate(drawing.open)
      res.once('close', () => res.end())
    })(req, res, next)
  })

  const visit = post(((await serve(app)).address() as AddressInfo).port)
  await drawing.opened
  expect(mail.smtp.mails).toEqual([]) // nobody is looked up before the answer
  visit.destroy()
  expect((await mail.smtp.next()).to).toEqual(['ada@example.com'])
})

function post(port: number): ClientRequest {
  const visit = request({
    host: '127.0.0.1',
    port,
    path: '/login',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  visit.end('{"email":"ada@example.com"}')
  visit.on('error', () => {}) // it is cut off on purpose
  return visit
}
