import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { root } from '../helpers/package.js'

interface Burst {
  readonly cpu: number
  readonly perSecond: number
  readonly times: readonly number[]
}
interface Round {
  readonly index: number
  readonly results: Readonly<Record<string, Burst>>
}
type Row = Readonly<Record<'cpu' | 'cpuRatio' | 'perSecondRatio' | 'p99', number>> & {
  readonly name: string
  readonly noise: { readonly cpu: number; readonly perSecond: number }
}

const bench = (file: string) => import(pathToFileURL(join(root, 'bench/logins', file)).href)
const { summarize }: { summarize(names: string[], rounds: Round[], atOnce: number): Row[] } =
  await bench('statistics.mjs')
const { writePage }: { writePage(file: string, measured: object): void } = await bench('page.mjs')

const NAMES = ['floor', 'floor again', 'near', 'far']

/** A round in which the machine is so many times slower than at other times. */
function round(index: number, slower: number, again = 1): Round {
  const burst = (cpu: number) => ({
    cpu: cpu * slower,
    perSecond: 1000 / (cpu * slower),
    times: [cpu * slower],
  })
  const results = {
    floor: burst(100),
    'floor again': burst(100 * again),
    near: burst(104),
    far: burst(150),
  }
  return { index, results }
}

const ROUNDS = [round(0, 1), round(0, 3), round(0, 2, 0.2), round(1, 5, 1.05), round(1, 9, 1.05)]

it('compares each burst with the floor of its round, so that a slow round changes no ratio', () => {
  const [floor, again, near, far] = summarize(NAMES, ROUNDS, 16)
  expect([floor, near, far].map((row) => row?.cpuRatio)).toEqual([1, 1.04, 1.5])
  expect(far?.perSecondRatio).toBeCloseTo(1 / 1.5)
  // The largest median of a process: one bad burst is none, a process that is always slower is noise.
  expect(again?.noise.cpu).toBeCloseTo(0.05)
  expect(far?.p99).toBe(1350)
})

it('writes a page that puts each ratio within the noise in brackets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'passport-email-otp-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'performance.md')
  writePage(file, {
    counts: { processes: 2, rounds: 3, logins: 8, warmUpMs: 1 },
    results: [{ title: 'In memory', rows: summarize(NAMES, ROUNDS, 16) }],
    roundTrips: [{ store: 'Redis', name: 'floor', trips: 2 }],
    packages: [{ name: 'near', packages: 3, kilobytes: 900, importMs: 50 }],
    stores: '| store | bytes |\n| --- | --- |\n| memory | 500 |\n\n| none |\n| --- |\n',
    sqlite: '| synchronous | longest |\n| --- | --- |\n| FULL | 3 |\n',
  })
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('| floor again | 16 | 300 | (1.05) |')
  expect(text).toContain('| near | 16 | 312 | (1.04) | 3 | (0.96) | 936.0 |')
  expect(text).toContain('| far | 16 | 450 | 1.50 | 2 | 0.67 | 1350.0 |')
  expect(text).not.toContain('| none |')
  // All of the page but the results stays.
  const before = readFileSync(join(root, 'docs/operations/performance.md'), 'utf8')
  expect(text.startsWith(before.slice(0, before.indexOf('<!-- results')))).toBe(true)
  expect(text.endsWith(before.slice(before.indexOf('<!-- end of the results')))).toBe(true)
})
