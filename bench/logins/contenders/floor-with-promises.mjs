// The floor with what the promises of passport-email-otp need, and nothing else: codes that are derived and not stored,
// a store that has neither addresses nor ids, a comparison in constant time, a session that is saved before the mail
// leaves, and a signed cookie for a browser that has signed in. It shows what these promises cost alone.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { answerUser } from '../express-app.mjs'
import { openFloor } from './floor.mjs'

const KEY = randomBytes(32)
const mac = (...parts) => createHmac('sha256', KEY).update(parts.join('\0')).digest()
const digest = (text) => createHash('sha256').update(text).digest()
const isSame = (a, b) => timingSafeEqual(digest(a), digest(b))

/** What the store has of a challenge, and its code. */
function challengeOf({ id, email }) {
  const address = mac('address', email).toString('base64url')
  const challenge = mac('challenge', address, id).toString('base64url')
  const code = String(mac('code', address, id).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
  return { address, challenge, code }
}

export async function start(setting) {
  const { app, send, challenges } = await openFloor(setting)
  app.post('/login', async (req, res) => {
    const { email } = req.body
    const pending = { id: randomBytes(16).toString('base64url'), email }
    const { address, challenge, code } = challengeOf(pending)
    await challenges.keep(challenge, address)
    req.session.pending = pending
    await new Promise((resolve, reject) => {
      req.session.save((err) => (err ? reject(err) : resolve()))
    })
    await send(email, code)
    res.status(202).json({})
  })
  app.post('/verify', async (req, res, next) => {
    const { pending } = req.session
    if (!pending) return res.status(401).json({})
    const { address, challenge, code } = challengeOf(pending)
    const kept = await challenges.take(challenge)
    if (kept !== address || !isSame(code, String(req.body.code))) return res.status(401).json({})
    const device = randomBytes(16).toString('base64url')
    const proof = mac('device', address, device).toString('base64url')
    res.cookie('device', `${device}.${proof}`, { httpOnly: true, sameSite: 'lax' })
    req.logIn({ email: pending.email }, (err) => (err ? next(err) : answerUser(req, res)))
  })
  return app
}

export { verify } from './floor.mjs'
