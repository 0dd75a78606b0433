import passwordless from 'passwordless'
import TokenStore from 'passwordless-tokenstore'
import { expressApp } from '../express-app.mjs'
import { shortMails } from '../send.mjs'

/** In a Map: the store that is published for it hashes with bcrypt, which would be all that is measured. */
class MapStore extends TokenStore {
  tokens = new Map()
  authenticate(token, uid, done) {
    done(null, this.tokens.get(uid) === token, null)
  }
  storeOrUpdate(token, uid, _ms, _origin, done) {
    this.tokens.set(uid, token)
    done()
  }
  invalidateUser(uid, done) {
    this.tokens.delete(uid)
    done()
  }
}

export async function start(setting) {
  const send = shortMails(setting)
  const app = expressApp()
  passwordless.init(new MapStore(), { allowTokenReuse: false })
  passwordless.addDelivery((token, uid, to, done) => {
    const query = `token=${token}&uid=${encodeURIComponent(uid)}`
    send(to, query, `https://acme.example/verify?${query}`).then(() => done(), done)
  })
  app.use(passwordless.sessionSupport())
  const find = (user, _delivery, done) => done(null, user)
  app.post('/login', passwordless.requestToken(find, { userField: 'email' }), (_req, res) =>
    res.status(202).json({}),
  )
  app.get('/verify', passwordless.acceptToken(), (req, res) => res.json({ email: req.user }))
  return app
}

export const verify = (query) => ({ method: 'GET', path: `/verify?${query}` })
