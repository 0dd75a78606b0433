import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Defines `axe` in a page. */
export const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

/** The part of the page that `findProblems` uses. */
declare const document: { documentElement: { scrollWidth: number; clientWidth: number } }
declare const axe: Pick<typeof import('axe-core'), 'configure' | 'run'>

/** Runs in the page. Returns what axe finds, and whether the page is wider than the window. */
export async function findProblems(): Promise<string[]> {
  // The frame of a mail runs no scripts, so axe cannot check it.
  const { violations } = await axe.run({ iframes: false, resultTypes: ['violations'] })
  const { scrollWidth, clientWidth } = document.documentElement
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ...(scrollWidth > clientWidth ? [`${scrollWidth} pixels wide`] : []),
  ]
}

/**
 * Runs in the page. From now on axe looks only at what depends on colours or on the size of the window. All its other
 * rules read the document.
 */
export function readNoDocument(): void {
  axe.configure({
    disableOtherRules: true,
    rules: [
      { id: 'color-contrast', enabled: true },
      { id: 'link-in-text-block', enabled: true },
      { id: 'scrollable-region-focusable', enabled: true },
    ],
  })
}
