import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { emailOTP } from 'better-auth/plugins/email-otp'
import express from 'express'
import { openDatabase } from '../challenges.mjs'
import { shortMails } from '../send.mjs'

const BASE = 'http://localhost'

export async function start(setting, isSqlite = false) {
  const send = shortMails(setting)
  const memory = memoryAdapter({ user: [], session: [], account: [], verification: [] })
  const options = {
    baseURL: BASE,
    secret: 'a secret of the bench, long enough for all',
    database: isSqlite ? openDatabase() : memory,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [emailOTP({ sendVerificationOTP: ({ email, otp }) => send(email, otp) })],
  }
  if (isSqlite) await (await getMigrations(options)).runMigrations()
  const app = express()
  app.all('/api/auth/{*any}', toNodeHandler(betterAuth(options)))
  return app
}

export const login = (email) => ({
  method: 'POST',
  path: '/api/auth/email-otp/send-verification-otp',
  body: { email, type: 'sign-in' },
  headers: { origin: BASE },
})

export const verify = (otp, email) => ({
  method: 'POST',
  path: '/api/auth/sign-in/email-otp',
  body: { email, otp },
  headers: { origin: BASE },
})

export const emailOf = (answer) => answer.user?.email
