// Puts the results into the documentation's page, between its two markers.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const PAGE = fileURLToPath(new URL('../../docs/operations/performance.md', import.meta.url))
const BEGIN = '<!-- results: written by "npm run bench" -->'
const END = '<!-- end of the results -->'
/** The load of the machine before the run, which makes the rest of it. */
const LOAD_BEFORE = loadavg()[0].toFixed(1)

export function writePage(file, measured) {
  const page = readFileSync(PAGE, 'utf8')
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin === -1 || end === -1) throw new Error(`${PAGE} has lost its markers`)
  const results = resultsOf(measured)
  writeFileSync(file, `${page.slice(0, begin)}${BEGIN}\n\n${results}\n\n${page.slice(end)}`)
}

function resultsOf({ counts, results, roundTrips, packages, stores, sqlite }) {
  const { processes, rounds, logins, warmUpMs } = counts
  return [
    machine(),
    `${processes} processes of each contender, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${logins} logins in each after ${warmUpMs / 1000} seconds of others, load of the machine before the run: ${LOAD_BEFORE}.`,
    ...results.map(scenario),
    '### Round trips of one login, counted in front of the server',
    table(
      ['store', 'contender', 'round trips'],
      roundTrips.map(({ store, name, trips }) => [store, name, trips.toFixed(1)]),
    ),
    '### What is installed',
    table(
      ['solution', 'packages', 'kB', 'import, ms'],
      packages.map((one) => [one.name, one.packages, one.kilobytes, one.importMs]),
    ),
    'Packages that send no mail by themselves are installed with nodemailer. The time of an import is that of a process that imports, without that of one that does not.',
    '### Bytes of a pending challenge, and calls of the memory store',
    tablesIn(stores),
    '### How long SQLite blocks the event loop',
    'In milliseconds, while 100,000 challenges are pending, alone and beside another process that writes without a pause.',
    tablesIn(sqlite),
  ].join('\n\n')
}

function machine() {
  const versions = ['express', 'express-session', 'passport', 'nodemailer', 'better-auth']
  const others = ['passport-magic-login', 'passport-magic-link', 'passwordless']
  const named = [...versions, ...others].map((name) => `${name} ${versionOf(name)}`)
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const date = new Date().toISOString().slice(0, 10)
  return `${date}: ${cpus()[0].model}, ${cpus().length} cores, ${memory}, Node.js ${process.versions.node}; ${named.join(', ')}.`
}

/** "npm ci" has installed what the lockfile says. */
function versionOf(name) {
  const lockfile = new URL('../package-lock.json', import.meta.url)
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages[`node_modules/${name}`].version
}

function scenario({ title, rows }) {
  const noises = rows.map(({ noise }) => Math.max(noise.cpu, noise.perSecond))
  const share = `${Math.round(100 * Math.max(...noises))} %`
  return [
    `### ${title}`,
    table(
      [
        'contender',
        'at once',
        'CPU, µs',
        'of the floor',
        'logins a second',
        'of the floor',
        'p99, ms',
      ],
      rows.map((row) => [
        row.name,
        row.concurrency,
        Math.round(row.cpu),
        told(row.cpuRatio, row.noise.cpu),
        Math.round(row.perSecond),
        told(row.perSecondRatio, row.noise.perSecond),
        row.p99.toFixed(1),
      ]),
    ),
    `The floor measured against itself differs by up to ${share}.`,
  ].join('\n\n')
}

/** A ratio; marked where it lies within what the floor differs by from itself. */
function told(ratio, noise) {
  return Math.abs(ratio - 1) <= noise ? `(${ratio.toFixed(2)})` : ratio.toFixed(2)
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The tables in the output of another bench, without those that have no row. */
function tablesIn(output) {
  return output
    .split('\n\n')
    .map((part) => part.split('\n').filter((each) => each.startsWith('|')))
    .filter((lines) => lines.length > 2)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}
