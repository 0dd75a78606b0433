import request from 'supertest'
import { type AppOptions, createApp } from '../../example-app/app.js'
import { startInbox } from '../../example-app/inbox.js'

/** Starts the app in this process, with its own inbox. `close` ends both. */
export async function startTestApp(options: Partial<AppOptions> = {}) {
  const inbox = await startInbox()
  const { app, close } = createApp({
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
    /** The code in the newest mail. */
    code: () => /\b\d{6}\b/.exec(inbox.mails[0]?.text ?? '')?.[0] ?? 'no code',
    close: async () => {
      close()
      await inbox.close()
    },
  }
}

/** Another code of the same length. */
export function wrong(code: string): string {
  return code.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
}
