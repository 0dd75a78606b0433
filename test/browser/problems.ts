import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Defines `axe` in a page. */
export const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

/** The part of the page that `findProblems` uses. */
declare const document: { documentElement: { scrollWidth: number; clientWidth: number } }
declare const axe: Pick<typeof import('axe-core'), 'run'>

/** The rules of axe that depend on colours or on the size of the window. All others read only the document. */
export const LOOK_RULES = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable']

/** Runs in the page. Returns what axe finds by all rules or by some, and whether the page is wider than the window. */
export async function findProblems(rules?: readonly string[]): Promise<string[]> {
  // The frame of a mail runs no scripts, so axe cannot check it.
  const { violations } = await axe.run({ iframes: false, ...(rules && { runOnly: [...rules] }) })
  const { scrollWidth, clientWidth } = document.documentElement
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ...(scrollWidth > clientWidth ? [`${scrollWidth} pixels wide`] : []),
  ]
}
