import { createRequire } from 'node:module'
import type passport from 'passport'
import type { Strategy as PassportStrategy } from 'passport-strategy'
import { type Authenticator, withStrategies } from './passport-app.js'

const require = createRequire(import.meta.url)

/** Packages of Express and Passport: all supported combinations except the one that the other tests use. */
export const OTHER_VERSIONS = [
  ['express-4', 'passport-0.6'],
  ['express-4', 'passport'],
  ['express', 'passport-0.6'],
] as const

/** The Express of this package, and strategies in a separate Passport of that one. */
export function hostWith(
  expressName: string,
  passportName: string,
  ...strategies: PassportStrategy[]
): { readonly express: typeof import('express'); readonly auth: Authenticator } {
  const { Passport }: typeof passport = require(passportName)
  return { express: require(expressName), auth: withStrategies(new Passport(), strategies) }
}
