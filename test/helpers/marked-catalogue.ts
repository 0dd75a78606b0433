import type { Catalogue } from 'passport-email-otp'
import { en } from '../../src/languages/en.js'

/** A catalogue of English sentences that each begin with the language: `[de] The code is right.` */
export function markedCatalogue(tag: string, dir: Catalogue['dir'] = 'ltr'): Catalogue {
  return { ...(marked(en, `[${tag}] `) as Catalogue), tag, dir }
}

function marked(text: unknown, mark: string): unknown {
  if (typeof text === 'string') return mark + text
  if (typeof text === 'function') return (...args: unknown[]) => mark + text(...args)
  return Object.fromEntries(
    Object.entries(text as object).map(([name, each]) => [name, marked(each, mark)]),
  )
}
