import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../helpers/package.js'

type Node = string | Node[] | { [key: string]: Node }

interface Service {
  readonly image: string
  readonly command?: string[]
  readonly environment: Record<string, string>
  readonly ports: string[]
  readonly volumes: string[]
  readonly healthcheck: { readonly test: string }
}

const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8')) as unknown as {
  readonly services: Record<string, Service>
  readonly volumes: Record<string, unknown>
}

test('compose.yaml starts only Redis and PostgreSQL', () => {
  expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'redis'])
})

describe.each(Object.entries(compose.services))('the service %s', (name, service) => {
  test('is published only on the loopback interface', () => {
    expect(service.ports).toHaveLength(1)
    for (const port of service.ports) {
      expect(port).toMatch(/^127\.0\.0\.1:(\$\{[A-Z]+_PORT:-\d+\}|\d+):\d+$/)
    }
    // Any other key could make the service reachable from other machines.
    expect(Object.keys(service).sort()).toEqual(
      [
        ...['environment', 'healthcheck', 'image', 'ports', 'volumes'],
        ...(service.command ? ['command'] : []),
      ].sort(),
    )
  })

  test('has an exact version, a health check and a volume for its data', () => {
    expect(service.image).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?-\w+$/)
    expect(service.healthcheck.test).toMatch(/redis-cli ping|pg_isready/)
    expect(service.volumes).toEqual([expect.stringMatching(new RegExp(`^${name}-data:/`))])
    expect(Object.keys(compose.volumes)).toContain(`${name}-data`)
  })

  test('reads its password from the environment, and has a default', () => {
    const said = JSON.stringify(service).match(/\$\{\w+_PASSWORD:-[\w-]+\}/g)
    expect(new Set(said)).toEqual(
      new Set([`\${${name.toUpperCase()}_PASSWORD:-on-this-machine-only}`]),
    )
  })
})

test('Redis evicts nothing and writes its data to disk', () => {
  const { command = [] } = compose.services.redis as Service
  expect(command.join(' ')).toContain('--maxmemory-policy noeviction --appendonly yes')
})

/** Parses the part of YAML that the file uses: mappings and lists of words, by indentation. */
function parse(yaml: string): Node {
  const lines = yaml.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const indentOf = (line = '') => line.length - line.trimStart().length
  const scalar = (text: string) => text.replace(/^"(.*)"$/, '$1')

  function block(indent: number): Node {
    const list: Node[] = []
    const map: { [key: string]: Node } = {}
    while (lines.length > 0 && indentOf(lines[0]) === indent) {
      const line = lines.shift()?.trim() ?? ''
      const [, item] = /^- (.+)$/.exec(line) ?? []
      const [, key, value] = /^([\w-]+):(?: (.+))?$/.exec(line) ?? []
      if (item !== undefined) list.push(scalar(item))
      else if (key === undefined || key in map) throw new Error(`not understood: ${line}`)
      else if (value !== undefined) map[key] = scalar(value)
      else map[key] = indentOf(lines[0]) > indent ? block(indentOf(lines[0])) : ''
    }
    if (lines.length > 0 && indentOf(lines[0]) > indent)
      throw new Error(`not understood: ${lines[0]}`)
    return list.length > 0 ? list : map
  }
  return block(0)
}
