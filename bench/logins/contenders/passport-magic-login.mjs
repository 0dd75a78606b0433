import magicLogin from 'passport-magic-login'
import { answerUser, passportApp } from '../express-app.mjs'
import { shortMails } from '../send.mjs'

export async function start(setting) {
  const send = shortMails(setting)
  const strategy = new magicLogin.default({
    secret: 'a secret of the bench, long enough for all',
    callbackUrl: 'https://acme.example/verify',
    sendMagicLink: (to, href) => send(to, new URL(href).searchParams.get('token'), href),
    verify: (payload, done) => done(null, { email: payload.destination }),
  })
  const { app, auth } = passportApp(strategy)
  app.post('/login', (req, res) => {
    req.body.destination = req.body.email
    strategy.send(req, res)
  })
  app.get('/verify', auth.authenticate('magiclogin'), answerUser)
  return app
}

export const verify = (token) => ({ method: 'GET', path: `/verify?token=${token}` })
