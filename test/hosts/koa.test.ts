import { beforeAll, describe, expect, it, vi } from 'vitest'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, programOf, start, startWithTsx } from './program.js'

vi.setConfig({ hookTimeout: INSTALL_LIMIT_MS })

const program = programOf('docs/hosts/koa.md')
/** An application that keeps a basket in the session. */
const withBasket = program.replace(
  'const show =',
  `app.use(async (ctx, next) => {
  if (ctx.path === '/basket' && ctx.method === 'POST' && ctx.session) ctx.session.basket = 'tea'
  if (ctx.path === '/basket') ctx.body = { basket: ctx.session?.basket ?? null }
  else await next()
})

const show =`,
)

describe('the program of docs/hosts/koa.md', () => {
  let folder: string
  let from: string

  beforeAll(async () => {
    from = await testPackages('koa')
    folder = await compile({
      from,
      sources: { 'app.ts': program, 'with-basket.ts': withBasket },
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

  // Started by the command of the page. Without a secret, the compiled program ends sooner.
  signsInOnThisHost((environment) =>
    environment
      ? start(folder, 'app.js', environment)
      : startWithTsx('docs/hosts/koa.md', folder, from),
  )

  it('keeps what else was in the session at a login, as the page says', async () => {
    const { browser, smtp } = await start(folder, 'with-basket.js')
    const ada = browser()
    await ada.postJson('/basket', {})
    await ada.postJson('/api/login', { email: 'ada@example.com' })
    expect((await ada.postJson('/api/login', { code: (await smtp.next()).code })).status).toBe(200)
    expect((await ada.get('/basket')).json).toEqual({ basket: 'tea' })
  })

  quotesMessagesExactly('docs/hosts/koa.md', () => from)
})
