import { beforeAll, describe, vi } from 'vitest'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, programOf, start, startWithTsx } from './program.js'

vi.setConfig({ hookTimeout: INSTALL_LIMIT_MS })

describe('the program of docs/hosts/fastify.md', () => {
  let folder: string
  let from: string

  beforeAll(async () => {
    from = await testPackages('fastify')
    folder = await compile({
      from,
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

  // Started by the command of the page. Without a secret, the compiled program ends sooner.
  signsInOnThisHost((environment) =>
    environment
      ? start(folder, 'app.js', environment)
      : startWithTsx('docs/hosts/fastify.md', folder, from),
  )

  quotesMessagesExactly('docs/hosts/fastify.md', () => from)
})
