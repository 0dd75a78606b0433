import { beforeAll, describe, vi } from 'vitest'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, programOf, start } from './program.js'

vi.setConfig({ testTimeout: 30_000, hookTimeout: INSTALL_LIMIT_MS })

describe('the program of docs/hosts/koa.md', () => {
  let folder: string
  let from: string

  beforeAll(async () => {
    from = await testPackages('koa')
    folder = await compile({
      from,
      sources: { 'app.ts': programOf('docs/hosts/koa.md') },
      packages: [
        'koa',
        'koa-bodyparser',
        'koa-passport',
        'koa-session',
        '@types/koa',
        '@types/koa-bodyparser',
        '@types/koa-passport',
      ],
      without: [
        'express',
        'express-session',
        'passport',
        '@types/express',
        '@types/express-session',
      ],
    })
  })

  // koa-session changes the session's id and keeps its data. The page says so.
  signsInOnThisHost((environment) => start(folder, 'app.js', environment), { oldSession: 'kept' })

  quotesMessagesExactly('docs/hosts/koa.md', () => from)
})
