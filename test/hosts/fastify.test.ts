import { beforeAll, describe, vi } from 'vitest'
import { signsInOnThisHost } from './contract.js'
import { compile, programOf, start } from './program.js'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 })

describe('the program of docs/hosts/fastify.md', () => {
  let folder: string

  beforeAll(async () => {
    folder = await compile({
      sources: { 'app.ts': programOf('docs/hosts/fastify.md') },
      packages: [
        'fastify',
        '@fastify/cookie',
        '@fastify/formbody',
        '@fastify/passport',
        '@fastify/session',
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

  signsInOnThisHost((environment) => start(folder, 'app.js', environment))
})
