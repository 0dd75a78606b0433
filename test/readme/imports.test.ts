import * as root from 'passport-email-otp'
import * as postgres from 'passport-email-otp/postgres'
import * as redis from 'passport-email-otp/redis'
import * as sqlite from 'passport-email-otp/sqlite'
import * as testing from 'passport-email-otp/testing'
import { describe, expect, it } from 'vitest'
import { bare, Document } from '../helpers/documents.js'

const page = new Document('docs/reference/api.md')
const namesIn = (cell = '') => [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name)

describe('the table of imports', () => {
  const rows = page.table('Imports')

  it.each(
    Object.entries({
      '': root,
      '/postgres': postgres,
      '/redis': redis,
      '/sqlite': sqlite,
      '/testing': testing,
    }),
  )('has what passport-email-otp%s exports', (path, module) => {
    const documented = rows
      .filter(({ from }) => bare(from) === `passport-email-otp${path}`)
      .flatMap((row) => namesIn(row.import))
    const exported = Object.keys(module).filter((name) => name !== 'default')
    expect(documented.sort()).toEqual(exported.sort())
  })
})

it('the table of methods has each method of the strategy', () => {
  const documented = page.table('Methods of the strategy').flatMap(({ method }) => namesIn(method))
  const own: string[] = []
  for (let type = root.Strategy.prototype as object; 'requestCode' in type || 'check' in type; ) {
    own.push(...Object.getOwnPropertyNames(type))
    type = Object.getPrototypeOf(type)
  }
  const methods = own.filter((name) => !['constructor', 'authenticate'].includes(name))
  expect(documented.sort()).toEqual([...new Set(methods)].sort())
})
