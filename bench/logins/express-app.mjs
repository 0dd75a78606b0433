// What all contenders on Express and Passport have in common.
import express from 'express'
import session from 'express-session'
import passport from 'passport'

export function expressApp() {
  const app = express()
  app.use(express.json())
  app.use(session({ secret: 'cats', resave: false, saveUninitialized: false }))
  return app
}

export function passportApp(strategy) {
  const app = expressApp()
  const auth = new passport.Passport()
  auth.serializeUser((user, done) => done(null, user))
  auth.deserializeUser((user, done) => done(null, user))
  if (strategy) auth.use(strategy)
  app.use(auth.session())
  return { app, auth }
}

export const answerUser = (req, res) => res.json({ email: req.user.email })
