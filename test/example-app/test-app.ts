import { captureCodes } from 'passport-email-otp/testing'
import request from 'supertest'
import { type AppOptions, createApp } from '../../example-app/app.js'
import { startInbox } from '../../example-app/inbox.js'

/** Starts the app in this process. The test receives the codes. */
export async function startTestApp(options: Partial<AppOptions> = {}) {
  const started = await startMailingApp(options)
  const codes = captureCodes(started.emailOtp)
  return {
    ...started,
    codes,
    /** The next code to an address. */
    code: async (email: string) => (await codes.next(email)).code,
  }
}

/** Starts the app in this process, with its own inbox, to which it sends mail. `close` ends both. */
export async function startMailingApp(options: Partial<AppOptions> = {}) {
  const inbox = await startInbox()
  const { app, close, emailOtp } = createApp({
    smtpUrl: inbox.smtpUrl,
    mailFrom: 'Example App <login@app.example>',
    otpSecret: 'correct horse battery staple 0123456789',
    sessionSecret: 'another correct horse battery staple',
    origin: 'http://localhost:3000',
    trustProxy: 0,
    inbox,
    ...options,
  })
  return {
    app,
    emailOtp,
    inbox,
    /** A browser without JavaScript: it keeps cookies and sends forms. */
    browser: () => {
      const agent = request.agent(app)
      return {
        open: (path: string) => agent.get(path),
        send: (path: string, form: Record<string, string> = {}) =>
          agent.post(path).type('form').send(form),
        sendJson: (path: string, body: object) => agent.post(path).send(body),
      }
    },
    close: async () => {
      close()
      await inbox.close()
    },
  }
}
