// As tutorials have it: a Map, a transporter without a pool, and a session that is renewed at the sign-in.
import { randomInt } from 'node:crypto'
import nodemailer from 'nodemailer'
import { expressApp } from '../express-app.mjs'
import { sent, shortMail, transportOptions } from '../send.mjs'

export async function start(setting) {
  const app = expressApp()
  const codes = new Map()
  const { pool, maxConnections, ...options } = transportOptions(setting)
  const transporter = nodemailer.createTransport(options)
  app.post('/login', async (req, res) => {
    const { email } = req.body
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    codes.set(email, { code, expires: Date.now() + 600_000 })
    sent.set(email, code)
    await transporter.sendMail(shortMail(email, code))
    req.session.email = email
    res.status(202).json({})
  })
  app.post('/verify', (req, res, next) => {
    const { email } = req.session
    const { code, expires } = codes.get(email) ?? {}
    if (code !== req.body.code || expires < Date.now()) return res.status(401).json({})
    codes.delete(email)
    req.session.regenerate((err) => {
      if (err) return next(err)
      req.session.user = email
      res.json({ email })
    })
  })
  return app
}

export const verify = (code) => ({ method: 'POST', path: '/verify', body: { code } })
