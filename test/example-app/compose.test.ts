import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../helpers/package.js'

const compose = readFileSync(join(root, 'compose.yaml'), 'utf8').replace(/^ *#.*\n/gm, '')

/** The blocks below the keys of one depth, by key. What is on the line of a key belongs to its block. */
function blocksOf(text: string, spaces: number): Record<string, string> {
  const [, ...parts] = text.split(new RegExp(`^ {${spaces}}([\\w-]+):`, 'm'))
  const pairs = parts.flatMap((key, i) => (i % 2 ? [] : [[key, parts[i + 1] ?? ''] as const]))
  return Object.fromEntries(pairs)
}

const { services = '', volumes = '' } = blocksOf(compose, 0)

test('compose.yaml starts only Redis and PostgreSQL', () => {
  expect(Object.keys(blocksOf(services, 2))).toEqual(['redis', 'postgres'])
})

test.each(Object.entries(blocksOf(services, 2)))(
  'the service %s is published only on the loopback interface, has an exact version, a health check, a volume and a password from the environment',
  (name, text) => {
    const { command, ...service } = blocksOf(text, 4)
    // Any other key could make the service reachable from other machines.
    expect(Object.keys(service).sort()).toEqual([
      'environment',
      'healthcheck',
      'image',
      'ports',
      'volumes',
    ])
    expect(service.ports).toMatch(/^\n {6}- "127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+"\n$/)
    expect(service.image).toMatch(/^ [a-z]+:\d+\.\d+(\.\d+)?-\w+\n$/)
    expect(service.healthcheck).toMatch(/test: .*(redis-cli ping|pg_isready)/)
    expect(service.volumes).toMatch(new RegExp(`^\\n {6}- ${name}-data:/[\\w/]+\\n$`))
    expect(Object.keys(blocksOf(volumes, 2))).toContain(`${name}-data`)
    const passwords = `${command}${service.environment}`.match(/\$\{\w+_PASSWORD:-[\w-]+\}/g)
    expect(new Set(passwords)).toEqual(
      new Set([`\${${name.toUpperCase()}_PASSWORD:-on-this-machine-only}`]),
    )
  },
)

test('Redis evicts nothing and writes its data to disk', () => {
  const words = [...compose.matchAll(/^ {6}- "?(.*?)"?$/gm)].map(([, word]) => word)
  expect(words.join(' ')).toContain('--maxmemory-policy noeviction --appendonly yes')
})
