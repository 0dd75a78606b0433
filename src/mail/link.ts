import { describe } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'

/** Reads the `link` option of the mailer. @throws TypeError */
export function readLink(link: unknown): string | undefined {
  if (link === undefined) return undefined
  const url = typeof link === 'string' && URL.canParse(link) ? new URL(link) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.username + url.password + url.hash === '') {
    return url.href.replace(/#$/, '')
  }
  throw wrongOption(
    'mailer',
    'link',
    describe(link),
    'the URL of your sign-in page, such as "https://app.example.com/login", without a fragment',
  )
}

/**
 * The link of one mail. The code is in the fragment, which browsers do not send, so it is in no log of the application.
 *
 * `fill` in the query serves two purposes. It tells the script of the page that the link was just opened. And where a
 * mail program or a gateway writes `%23` in place of `#`, the code becomes a part of the query, and not of the path: the
 * page is found, and its script reads the code there.
 */
export function linkWithCode(linkTo: string, code: string, pendingId: string): string {
  return `${linkTo}${linkTo.includes('?') ? '&' : '?'}fill#${code}.${pendingId}`
}

/**
 * Rejects a link that leads to another origin than the application has.
 *
 * @throws TypeError
 */
export function checkLink(linkTo: string | undefined, origin: string | undefined): void {
  if (linkTo === undefined || new URL(linkTo).origin === origin) return
  throw wrongOption(
    'mailer',
    'link',
    describe(linkTo),
    `on the "origin" of the strategy, which is ${origin === undefined ? 'not set' : describe(origin)}`,
  )
}
