import { start as startBetterAuth } from './better-auth.mjs'

export { emailOf, login, verify } from './better-auth.mjs'

export const start = (setting) => startBetterAuth(setting, true)
