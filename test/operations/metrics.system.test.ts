import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { guessProbability } from 'passport-email-otp'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { bare, Document, numbersIn } from '../helpers/documents.js'
import { freePort } from '../helpers/free-port.js'
import { linkPackage, makeProject } from '../helpers/package.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { type Started, start } from '../hosts/program.js'
import { programAround } from './program-around.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT_MS })

const page = new Document('docs/operations/metrics.md')
const [metrics = '', server = ''] = page.blocks
  .filter(({ language }) => language === 'js')
  .map(({ code }) => code)

const [rules = ''] = page.blocks
  .filter(({ language }) => language === 'yaml')
  .map(({ code }) => code)
/** The alerts of the page's rules: name and expression. */
const alerts = [...rules.matchAll(/- alert: (\w+)\n +expr: (.+)\n/g)].map(
  ([, alert = '', expression = '']) => ({ alert, expression }),
)

describe('the program of docs/operations/metrics.md', () => {
  let folder: string
  let browser: Started['browser']
  let smtp: Started['smtp']
  const metricsPort = freePort()
  beforeAll(async () => {
    const packages = await testPackages('prom-client')
    const lines = server.replace('9464', 'process.env.METRICS_PORT')
    const files = { 'metrics.mjs': metrics, 'app.mjs': programAround(lines) }
    folder = await makeProject({ files })
    linkPackage(folder, 'prom-client', { from: packages })
    ;({ browser, smtp } = await start(folder, 'app.mjs', { METRICS_PORT: `${await metricsPort}` }))
  })

  /** The series, as Prometheus reads them. */
  async function read() {
    const text = await (await fetch(`http://127.0.0.1:${await metricsPort}`)).text()
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ')
        return [line.slice(0, end), Number(line.slice(end + 1))] as const
      }),
    )
  }

  it('begins each series of an alert with 0, or Prometheus would miss its first increase', async () => {
    const names = [...(await read()).keys()]
    const expressions = alerts.flatMap(({ expression }) => [
      ...expression.matchAll(/(email_otp_\w+)(\{[^}]*\})?/g),
    ])
    expect(expressions.length).toBeGreaterThan(12)
    for (const [, name = '', labels] of expressions) {
      const series = names.filter((one) => one.startsWith(name))
      expect(series, name).not.toEqual([])
      const [, label = '', value = ''] = /\{(\w+)=~?"(.*)"\}/.exec(labels ?? '') ?? []
      if (label === '') continue
      const found = series.filter((one) => new RegExp(`${label}="${value}"`).test(one))
      expect(found, `${name}${labels}`).not.toEqual([])
    }
  })

  /** The program of the page without an application, as a process that has just begun. */
  async function fresh() {
    const url = pathToFileURL(join(folder, 'metrics.mjs'))
    url.search = `${Math.random()}`
    const { onEvent, registry } = await import(url.href)
    const failures = async (): Promise<[string, number][]> => {
      const { values } = await registry.getSingleMetric('email_otp_broken_total').get()
      return values.map(({ labels, value }: { labels: { what: string }; value: number }) => [
        labels.what,
        value,
      ])
    }
    return { onEvent, registry, failures }
  }

  it('begins each failure with 0, counts it, and one alert looks at it', async () => {
    const { onEvent, failures } = await fresh()
    const before = await failures()
    expect(before.filter(([, value]) => value !== 0)).toEqual([])
    for (const type of ['allow_failed', 'no_address', 'trust_failed', 'pressure']) onEvent({ type })
    for (const verb of ['open', 'attempt', 'cancel']) onEvent({ type: 'store_failed', verb })
    for (const dropped of ['challenges', 'addresses']) onEvent({ type: 'store_full', dropped })
    const after = await failures()
    expect(after).toEqual(before.map(([what]) => [what, 1]))
    const readers = after.map(([what]) => {
      const reads = ({ expression }: { expression: string }) => {
        const [, pattern] = /broken_total\{what=~?"(.*?)"\}/.exec(expression) ?? []
        return pattern !== undefined && new RegExp(`^(?:${pattern})$`).test(what)
      }
      return [what, alerts.filter(reads).map(({ alert }) => alert)]
    })
    expect(Object.fromEntries(readers)).toEqual({
      'store open': ['EmailOtpStoreFails'],
      'store attempt': ['EmailOtpStoreFails'],
      'store cancel': ['EmailOtpStoreFails'],
      'store dropped challenges': ['EmailOtpStoreFull'],
      'store dropped addresses': ['EmailOtpStoreFull'],
      allowEmail: ['EmailOtpFunctionFails'],
      no_address: ['EmailOtpFunctionFails'],
      trustedBrowsers: ['EmailOtpFunctionFails'],
      pressure: ['EmailOtpAttackerAtWork'],
    })
  })

  it('counts the requests of an attack that delays an owner, which its alert adds up', async () => {
    const { onEvent, registry } = await fresh()
    const { emailOtp, req } = plainCalls({ onEvent })
    for (let n = 0; n < 106; n++) await emailOtp.requestCode({ ...req, session: {} }, ADA)
    const series = 'email_otp_rejected_total{reason="rate_limited"}'
    expect(await registry.metrics()).toContain(`${series} 101\n`)
    const rule = alerts.find(({ alert }) => alert === 'EmailOtpOwnersDelayed')
    expect(rule?.expression).toBe(`sum(increase(${series}[1h])) > 100`)
  })

  it('counts codes, mails, sign-ins, rejections and the chance of wrong guesses', async () => {
    const ada = browser()
    const post = (body: object) => ada.postJson('/api/login', body)
    await post({ email: 'ada@example.com' })
    const { code } = await smtp.next()
    for (const n of [1, 2]) await post({ code: wrongCode(code, n) })
    await post({ code })
    await browser().postJson('/api/login', { code })
    smtp.rejectRecipient()
    await browser().postJson('/api/login', { email: 'bob@example.com' })
    smtp.behave()

    const series = await read()
    expect(Object.fromEntries(series)).toMatchObject({
      'email_otp_codes_total{purpose="login",digits="6",resend="false"}': 2,
      'email_otp_mail_seconds_count{result="sent"}': 1,
      'email_otp_mail_seconds_count{result="failed"}': 1,
      'email_otp_right_codes_total{purpose="login",browser="new"}': 1,
      email_otp_entry_seconds_count: 1,
      'email_otp_rejected_total{reason="invalid_code"}': 2,
      'email_otp_rejected_total{reason="no_pending_code"}': 1,
      email_otp_guess_chance_total: 2e-6,
      'email_otp_lengthened_total{failures="5"}': 0,
    })
    for (const name of series.keys()) expect(name).not.toContain('addressHash')
  })

  it('counts trusted browsers, and versions of them that fail', async () => {
    const { onEvent, registry } = await import(pathToFileURL(join(folder, 'metrics.mjs')).href)
    onEvent({ type: 'trusted_browser_used', secondsSinceTrusted: 60 })
    onEvent({ type: 'trust_failed', error: new Error('timeout') })
    const text = await registry.metrics()
    expect(text).toContain('email_otp_skipped_codes_total 1')
    expect(text).toContain('email_otp_broken_total{what="trustedBrowsers"} 1')
  })

  it('counts an address whose codes become longer, and its smaller chance from then on', async () => {
    const guess = async (count: number) => {
      const eve = browser()
      await eve.postJson('/api/login', { email: 'eve@example.com' })
      const { code } = await smtp.next()
      for (let n = 1; n <= count; n++)
        await eve.postJson('/api/login', { code: wrongCode(code, n) })
      return code
    }
    const chance = async () => (await read()).get('email_otp_guess_chance_total') ?? 0
    const before = await chance()
    expect(await guess(5)).toHaveLength(6)
    expect((await read()).get('email_otp_lengthened_total{failures="5"}')).toBe(1)
    expect(await guess(2)).toHaveLength(8)
    expect((await chance()) - before).toBeCloseTo(5e-6 + 2e-8, 12)
  })
})

describe('the rules', () => {
  it('are expressions of Prometheus', async () => {
    const packages = await testPackages('prom-client')
    const { parser } = await import(
      pathToFileURL(createRequire(`${packages}/x.js`).resolve('@prometheus-io/lezer-promql')).href
    )
    const faultsOf = (expression: string) => {
      const faults: number[] = []
      parser.parse(expression).iterate({
        enter: (node: { type: { isError: boolean }; from: number }) => {
          if (node.type.isError) faults.push(node.from)
        },
      })
      return faults
    }
    expect(faultsOf('sum(rate(email_otp_codes_total[1h])')).not.toEqual([])
    for (const { alert, expression } of alerts)
      expect([alert, faultsOf(expression)]).toEqual([alert, []])
  })

  it('are explained, each once, and have no name twice', () => {
    const explained = ['Alerts on attacks', 'Alerts on what is broken']
      .flatMap((heading) => page.table(heading))
      .map(({ alert }) => bare(alert))
    expect(alerts.map(({ alert }) => alert)).toEqual(explained)
    expect(rules.match(/alert:/g)).toHaveLength(explained.length)
    expect(new Set(explained).size).toBe(explained.length)
  })
})

describe('the thresholds', () => {
  it('follow from the chance of one guess, and from the published figure', () => {
    const section = page.section('Alerts on attacks')
    const perDay = 0.01 / 30
    const computed = [
      perDay.toExponential(1),
      Math.round(perDay / 1e-6),
      Math.round(perDay / 5e-6),
      (5 * 1e-6 + 45 * 1e-8).toExponential(2),
      guessProbability().toExponential(1),
      (0.01 / 1e-6).toLocaleString('en'),
      (0.01 / 5e-6).toLocaleString('en'),
      (0.05 * 1e-6).toExponential(0),
    ]
    expect(numbersIn(section + rules)).toEqual(expect.arrayContaining(computed.map(String)))
  })
})
