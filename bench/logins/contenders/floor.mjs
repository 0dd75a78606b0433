// What every solution needs at least: Express, a session, Passport, a place for codes and the same transport.
import { randomInt, randomUUID } from 'node:crypto'
import { openChallenges } from '../challenges.mjs'
import { answerUser, passportApp } from '../express-app.mjs'
import { shortMails } from '../send.mjs'

export async function openFloor(setting) {
  const { app } = passportApp()
  return { app, send: shortMails(setting), challenges: await openChallenges(setting) }
}

export async function start(setting) {
  const { app, send, challenges } = await openFloor(setting)
  app.post('/login', async (req, res) => {
    const { email } = req.body
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    const id = randomUUID()
    await challenges.keep(id, code)
    req.session.pending = { id, email }
    await send(email, code)
    res.status(202).json({})
  })
  app.post('/verify', async (req, res, next) => {
    const { pending } = req.session
    if (!pending || (await challenges.take(pending.id)) !== req.body.code) {
      return res.status(401).json({})
    }
    req.logIn({ email: pending.email }, (err) => (err ? next(err) : answerUser(req, res)))
  })
  return app
}

export const verify = (code) => ({ method: 'POST', path: '/verify', body: { code } })
