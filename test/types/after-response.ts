// Compiled by `npm run typecheck`, never run: what hosts offer for work after the answer fits `afterResponse`.
import { type EmailOtpOptions, Strategy } from 'passport-email-otp'

/** As `next/server` declares it: a promise, or a function. */
declare function after<T>(task: Promise<T> | (() => T | Promise<T>)): void
/** As `@vercel/functions` declares it. */
declare function waitUntil(promise: Promise<unknown>): void

declare const required: Pick<EmailOtpOptions, 'secret' | 'sendCode'>
const verify = async (email: string) => ({ email })

new Strategy({ ...required, afterResponse: after }, verify)
new Strategy({ ...required, afterResponse: (task) => waitUntil(task()) }, verify)
new Strategy({ ...required, afterResponse: (task, req) => req.app.emit('work', task) }, verify)
new Strategy({ ...required, afterResponse: undefined }, verify)

// @ts-expect-error a promise has begun before the answer
new Strategy({ ...required, afterResponse: waitUntil }, verify)
// @ts-expect-error a promise has begun before the answer
new Strategy({ ...required, afterResponse: (task: Promise<void>) => waitUntil(task) }, verify)
