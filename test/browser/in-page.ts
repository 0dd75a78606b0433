import type { Page } from 'playwright-core'

// Functions that run in a page, and the part of the page that they use.

interface Node {
  readonly textContent: string
  readonly scrollWidth: number
  readonly clientWidth: number
  readonly labels: ArrayLike<Node>
  innerHTML: string
  checkVisibility(): boolean
}
declare const document: {
  querySelector(selector: string): Node
  querySelectorAll(selector: string): Iterable<Node>
}
declare const MutationObserver: new (
  heard: () => void,
) => { observe(node: Node, options: { childList: boolean }): void }
declare function addEventListener(
  name: string,
  heard: (event: { defaultPrevented: boolean }) => void,
): void
declare const window: { navigation?: unknown; announced?: string[] }

/** Records what the page reads out from now on. */
export function recordAnnouncements(): void {
  const aloud = document.querySelector('.otp-aloud')
  const announced: string[] = []
  window.announced = announced
  new MutationObserver(() => announced.push(aloud.textContent)).observe(aloud, { childList: true })
}

export function announcements(): string[] {
  return window.announced ?? []
}

/** Writes each new text of the first button to the console, which can be read while a page is being left. */
export function tellLabels(): void {
  addEventListener('DOMContentLoaded', () => {
    const button = document.querySelector('button')
    new MutationObserver(() => console.info(button.textContent)).observe(button, {
      childList: true,
    })
  })
}

/** Writes to the console of each form that is about to be sent whether the page has prevented it. */
export function tellSubmits(): void {
  addEventListener('submit', ({ defaultPrevented }) => console.debug(defaultPrevented))
}

/** Lets timers of ten seconds fire at once. Playwright's own clock would wait until the page has been left. */
export function hastenTimers(): void {
  const { setTimeout } = globalThis
  const hastened = (run: () => void, ms: number) => setTimeout(run, ms === 10_000 ? 0 : ms)
  Object.defineProperty(globalThis, 'setTimeout', { value: hastened })
}

/** Makes the browser one that does not report a stopped navigation. */
export function hideNavigationApi(): void {
  Object.defineProperty(window, 'navigation', { value: undefined })
}

declare function getComputedStyle(element: unknown): {
  backgroundColor: string
  maxWidth: string
  direction: string
}

export function backgroundOf(element: unknown): string {
  return getComputedStyle(element).backgroundColor
}

export function maxWidthOf(element: unknown): string {
  return getComputedStyle(element).maxWidth
}

/** The direction of the text, and that of each kind of field that is not hidden. */
export function directionsOf(): { page: string; fields: string[] } {
  const text = document.querySelector('h1, div[dir]')
  const fields = [...document.querySelectorAll('input:not([type=hidden])')]
  const directions = new Set(fields.map((field) => getComputedStyle(field).direction))
  return { page: getComputedStyle(text).direction, fields: [...directions] }
}

/** The texts of the elements whose content is wider than they are. */
export function tooWide(): string[] {
  return [...document.querySelectorAll('html, body *')]
    .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
    .map(({ textContent }) => textContent)
}

/** The names of all properties of a form, those of its prototypes among them. */
export function formProperties(): string[] {
  const names = new Set<string>()
  const form: object = document.querySelector('form')
  for (let each = form; each; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) if (!/^\d/.test(name)) names.add(name)
  }
  // A field of this name, or the ones of the page itself.
  for (const name of ['__proto__', 'code', 'email', 'pendingId']) names.delete(name)
  return [...names]
}

/** How many headings of the first level are seen, the texts of the labels of the fields, and all that is drawn. */
export function drawn(): { headings: number; labels: string[]; body: string } {
  const headings = [...document.querySelectorAll('h1')].filter((one) => one.checkVisibility())
  const fields = [...document.querySelectorAll('input:not([type=hidden])')]
  return {
    headings: headings.length,
    labels: fields.map(({ labels }) => labels[0]?.textContent ?? ''),
    body: document.querySelector('body').innerHTML,
  }
}

/** Draws several pages of one style, one below the other. */
export function drawAll(bodies: readonly string[]): void {
  document.querySelector('body').innerHTML = bodies.join('')
}

/** What a screen reader says of the element that has the focus: role, name, description and state. */
export async function focused(page: Page) {
  // The browser sets the focus when it draws the page, which may be after the page has loaded.
  await page.locator(':focus').waitFor({ state: 'attached' })
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  const has = (node: (typeof nodes)[number], name: string) =>
    node.properties?.find((property) => property.name === name)?.value.value
  const node = nodes.filter((candidate) => has(candidate, 'focused') === true).at(-1)
  return {
    role: String(node?.role?.value),
    name: String(node?.name?.value),
    description: String(node?.description?.value ?? ''),
    isInvalid: node !== undefined && has(node, 'invalid') === 'true',
  }
}

declare const DOMParser: new () => {
  parseFromString(
    html: string,
    type: 'text/html',
  ): {
    querySelectorAll(selector: string): Iterable<{
      readonly tagName: string
      getAttributeNames(): string[]
    }>
  }
}

/** Returns the elements of pages as the browser parses them, each with the names of its attributes. */
export function outlinesOf(pages: readonly string[]): string[] {
  return pages.map((html) => {
    const elements = new DOMParser().parseFromString(html, 'text/html').querySelectorAll('*')
    return [...elements]
      .map((element) => `${element.tagName} ${element.getAttributeNames().sort().join(' ')}`)
      .join('\n')
  })
}
