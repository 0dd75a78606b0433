import { type ClientRequest, request } from 'node:http'
import { expect, it } from 'vitest'
import { gate } from '../helpers/gate.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { portOf, serveStrategies } from '../helpers/passport-app.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'

/**
 * A browser cancels the first request of a double click. What that request began goes on: the second one
 * is told that a code was sent, so a code must be.
 */
it.each([
  ['anybody may sign in', {}],
  ['known users only', { allowEmail: () => true }],
])('a visitor who is gone before the answer still gets the mail (%s)', async (_title, options) => {
  const [asked, left] = [gate(), gate()]
  const { server, smtp } = await createWorld({
    ...options,
    before: (_req, res, next) => {
      res.once('close', left.open)
      next()
    },
    store: faultyStore((real) => ({
      open: async (request) => {
        asked.open()
        await left.opened
        return real.open(request)
      },
    })),
  })
  const visit = post(portOf(server))
  await asked.opened
  visit.destroy()
  expect((await smtp.next()).to).toEqual([ADA])
})

it('so does one who leaves while the answer is being drawn (known users only)', async () => {
  const mail = await startMail()
  const drawing = gate()
  const server = await serveStrategies([strategyOn(mail, { allowEmail: () => true })], {
    routes: (app, auth) => {
      app.post('/login', (req, res, next) => {
        auth.authenticate('email-otp', () => {
          setImmediate(drawing.open)
          res.once('close', () => res.end())
        })(req, res, next)
      })
    },
  })
  const visit = post(portOf(server))
  await drawing.opened
  expect(mail.smtp.mails).toEqual([]) // nobody is looked up before the answer
  visit.destroy()
  expect((await mail.smtp.next()).to).toEqual([ADA])
})

function post(port: number): ClientRequest {
  const visit = request({
    host: '127.0.0.1',
    port,
    path: '/login',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  visit.end(JSON.stringify({ email: ADA }))
  visit.on('error', () => {}) // it is cut off on purpose
  return visit
}
