import { type EmailOtpOptions, Strategy, type Verify } from 'passport-email-otp'
import request from 'supertest'
import { startMail } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'

export const ADA = { email: 'ada@example.com' }

/** Signs Ada in as far as her code goes; what comes of it is up to the verify function. */
export async function codeEnteredWith(
  verify: (...args: never[]) => unknown,
  options: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> & {
    passReqToCallback?: boolean
  } = {},
) {
  const mail = await startMail()
  const emailOtp = new Strategy(
    { ...mail.options, ...options } as EmailOtpOptions as never,
    verify as Verify,
  )
  const server = await serveStrategies([emailOtp], {
    routes: (app, auth) => {
      app.post('/login', (req, res, next) => {
        auth.authenticate(
          'email-otp',
          (err: unknown, user: Express.User | false, info: object, status: number) => {
            if (err) return next(err)
            const proven = emailOtp.proven(req)
            if (!user) return res.status(status).json({ info, proven })
            req.logIn(user, (err) => (err ? next(err) : res.json({ user, info, proven })))
          },
        )(req, res, next)
      })
      app.get('/', (req, res) => void res.json({ user: req.user, proven: emailOtp.proven(req) }))
    },
  })
  const agent = request.agent(server)
  await agent.post('/login').send(ADA)
  const { code } = await mail.smtp.next()
  const enter = () => agent.post('/login').send({ code })
  return { ...mail, emailOtp, agent, enter, entered: await enter() }
}

/** The `done` of a verify function, untyped enough for every shape that is tried. */
export type Done = (err: unknown, user?: object | false | null, info?: object | string) => void
