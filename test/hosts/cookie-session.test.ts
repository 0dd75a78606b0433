import { beforeAll, describe } from 'vitest'
import { signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, programOf, start } from './program.js'

describe('the program of docs/hosts/cookie-session.md', () => {
  let folder: string

  beforeAll(async () => {
    folder = await compile({
      sources: { 'app.ts': programOf('docs/hosts/cookie-session.md') },
      packages: ['cookie-session', '@types/cookie-session'],
      without: ['express-session', '@types/express-session'],
    })
  })

  signsInOnThisHost((environment) => start(folder, 'app.js', environment))
})

quotesMessagesExactly('docs/hosts/cookie-session.md')
