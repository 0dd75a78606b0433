import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bare, Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

/** The source file of each message that the troubleshooting tables quote. */
const QUOTED: Record<string, string> = {
  '.keys required for signed cookies': 'cookies/index.js',
  '.keys required.': 'cookie-session/index.js',
  'Failed to serialize user into session': 'passport/lib/authenticator.js',
  'Login sessions require session support': 'passport/lib/sessionmanager.js',
  'Unknown authentication strategy "email-otp"': 'passport/lib/middleware/authenticate.js',
  'iron-session: Bad usage. Password must be at least 32 characters long.':
    'iron-session/dist/index.js',
  'passport.initialize() plugin not in use': '@fastify/passport/dist/authentication-route.js',
  'the secret must have length 32 or greater': '@fastify/session/index.js',
  'req.body is undefined': 'src/http/body.ts',
  'req.session does not keep its properties': 'src/http/session.ts',
  'req.session is missing': 'src/http/session.ts',
  'req.session.regenerate is missing': 'src/http/session.ts',
}

/**
 * Tests that the troubleshooting of a page quotes messages as they are in the source of the packages, which are in
 * the folder `from` or in the repository.
 */
export function quotesMessagesExactly(page: string, from?: () => string): void {
  it(`${page} quotes messages exactly`, () => {
    // A cell that only contains code is one message, or several.
    const messages = new Document(page)
      .table("When it doesn't work")
      .map((row) => row['what you see']?.split(', ') ?? [])
      .filter((parts) => parts.every((part) => /^`[^`]+`$/.test(part)))
      .flatMap((parts) => parts.map(bare))
    expect(messages.length).toBeGreaterThan(0)
    for (const text of messages) {
      expect(Object.keys(QUOTED)).toContain(text)
      const places = [...(from ? [from()] : []), join(root, 'node_modules'), root]
      const file = places.map((place) => join(place, QUOTED[text] ?? '')).find(existsSync) ?? ''
      // The text in quotes is inserted at run time.
      const [constant = ''] = text.split(' "')
      expect(readFileSync(file, 'utf8'), text).toContain(constant)
    }
  })
}
