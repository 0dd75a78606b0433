import { beforeAll, describe, vi } from 'vitest'
import { signsInOnThisHost } from './contract.js'
import { compile, programOf, start } from './program.js'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 })

describe('the program of docs/hosts/koa.md', () => {
  let folder: string

  beforeAll(async () => {
    folder = await compile({
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
})
