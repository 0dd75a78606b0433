import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import passport from 'passport'
import type { Strategy as PassportStrategy } from 'passport-strategy'
import request from 'supertest'
import { onTestFinished } from 'vitest'
import { sessions } from './sessions.js'

export type Authenticator = InstanceType<typeof passport.Passport>

/** A separate Passport, so that no test meets the strategies of another one. */
export function passportWith(...strategies: PassportStrategy[]): Authenticator {
  return withStrategies(new passport.Passport(), strategies)
}

/** Gives a Passport its strategies. It keeps users in the session as they are. */
export function withStrategies(
  auth: Authenticator,
  strategies: readonly PassportStrategy[],
): Authenticator {
  for (const strategy of strategies) auth.use(strategy as passport.Strategy)
  auth.serializeUser((user, done) => done(null, user))
  auth.deserializeUser((user: Express.User, done) => done(null, user))
  return auth
}

/** Answers an error with its status, its code and its message. */
export const errorsAsJson: ErrorRequestHandler = (err, _req, res, _next) => {
  const { status = 500, name, code, message } = err
  res.status(status).json({ name, code, message })
}

/** Serves an application on one port until the test ends. */
export async function serve(app: RequestListener): Promise<Server> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  return server
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Serves an application, and returns a function that makes browsers with separate cookies. */
export async function browsersOf(app: RequestListener) {
  const server = await serve(app)
  return () => request.agent(server)
}

interface AppOptions {
  readonly session?: RequestHandler | false
  readonly parsers?: readonly RequestHandler[]
  readonly routes: (app: Express, auth: Authenticator) => unknown
}

/** Serves an Express application around strategies whose routes the test mounts. */
export async function serveStrategies(
  strategies: readonly PassportStrategy[],
  options: AppOptions,
): Promise<Server> {
  const app = express()
  app.use(...(options.parsers ?? [express.json(), express.urlencoded({ extended: true })]))
  if (options.session !== false) app.use(options.session ?? sessions())
  const auth = passportWith(...strategies)
  if (options.session !== false) app.use(auth.session() as RequestHandler)
  options.routes(app, auth)
  app.get('/', (req, res) => void res.status(req.user ? 200 : 401).json({ user: req.user ?? null }))
  app.use(errorsAsJson)
  return serve(app)
}
