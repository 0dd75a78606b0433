import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, programOf, start } from './program.js'

describe.each([
  ['express-4', /^4\./],
  ['express', /^5\./],
])('the program of docs/hosts/express.md on %s', (express, version) => {
  let folder: string

  beforeAll(async () => {
    folder = await compile({
      sources: { 'app.ts': programOf('docs/hosts/express.md') },
      packages: { express },
    })
  })

  it('runs on the intended version', () => {
    const installed = createRequire(`${folder}/app.js`)('express/package.json')
    expect(installed.version).toMatch(version)
  })

  signsInOnThisHost((environment) => start(folder, 'app.js', environment))
})

quotesMessagesExactly('docs/hosts/express.md')
