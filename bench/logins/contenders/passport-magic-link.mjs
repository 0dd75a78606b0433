import { Strategy } from 'passport-magic-link'
import { answerUser, passportApp } from '../express-app.mjs'
import { shortMails } from '../send.mjs'

export async function start(setting) {
  const send = shortMails(setting)
  const strategy = new Strategy(
    {
      secret: 'a secret of the bench, long enough for all',
      userFields: ['email'],
      userPrimaryKey: 'email',
      tokenField: 'token',
    },
    (user, token) => send(user.email, token, `https://acme.example/verify?token=${token}`),
    async (user) => ({ email: user.email }),
  )
  const { app, auth } = passportApp(strategy)
  app.post('/login', auth.authenticate('magiclink', { action: 'requestToken' }), (_req, res) =>
    res.status(202).json({}),
  )
  app.get('/verify', auth.authenticate('magiclink', { action: 'acceptToken' }), answerUser)
  return app
}

export const verify = (token) => ({ method: 'GET', path: `/verify?token=${token}` })
