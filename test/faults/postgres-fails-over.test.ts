import { expect, onTestFinished, test } from 'vitest'
import { describeWithPostgres, until } from '../helpers/postgres-server.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { fill, replicated, startByName } from './postgres-by-name.js'
import { expectStoreFailed } from './postgres-fails-in-time.js'

describeWithPostgres('an application whose PostgreSQL has failed over', () => {
  test('serves the next request although all connections of its pool lead to a standby', async () => {
    const { server, direct, pool, visitor, code, moveTo, heard } = await startByName()
    const [stale, next] = [await server.startStandby(), await server.startStandby()]
    await replicated(direct)
    await server.kill()
    moveTo(stale)
    await until(() => pool.totalCount === 0)
    await fill(pool)
    await expectStoreFailed(visitor.enterCode(code))
    const [event] = await heard('store_failed')
    expect(event?.error.cause).toMatchObject({
      code: '25006',
      message: expect.stringContaining('PostgreSQL refused to write'),
    })

    await fill(pool)
    await next.promote()
    moveTo(next)
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 4 })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  })

  test('serves the next request after all connections of its pool were opened read-only', async () => {
    const { direct, pool, visitor, code } = await startByName()
    await until(async () => {
      await pool.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => {})
      return pool.totalCount === 0
    })
    await direct.query('ALTER DATABASE postgres SET default_transaction_read_only = on')
    await fill(pool)
    await expectStoreFailed(visitor.enterCode(code))
    await fill(pool)
    const admin = await direct.connect() // from before, so that it may write
    await admin.query('SET default_transaction_read_only = off')
    await admin.query('ALTER DATABASE postgres RESET default_transaction_read_only')
    admin.release(true)
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 4 })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
  })

  test('serves the next request after its primary has died and a standby was promoted', async () => {
    const { server, direct, pool, visitor, code, moveTo } = await startByName()
    const next = await server.startStandby()
    await fill(pool)
    await replicated(direct)
    await server.kill()
    await next.promote()
    moveTo(next)
    const answers = [
      await visitor.enterCode(wrongCode(code)),
      await visitor.enterCode(wrongCode(code)),
    ]
    expect(answers.filter(({ status }) => status === 503).length).toBeLessThanOrEqual(1)
    expect(answers[1]?.body).toMatchObject({ reason: 'invalid_code' })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
  })

  test('fails once, and serves the next request, after the primary stopped answering', async () => {
    const { server, direct, pool, visitor, code, moveTo } = await startByName()
    const next = await server.startStandby()
    await fill(pool)
    await replicated(direct)
    await next.promote()
    server.pause()
    onTestFinished(() => server.resume())
    moveTo(next)
    await expectStoreFailed(visitor.enterCode(wrongCode(code)), 2000)
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 4 })
  })
})
