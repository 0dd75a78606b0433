// The site of the documentation. "npm run docs" copies the pages, with README.md as the start page, into .build/docs/
// and builds it there.

import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { defineConfig } from 'vitepress'
import { sidebar } from './sidebar.mjs'

const { repository } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
)
const web = repository?.url?.replace(/^git\+|\.git$/g, '')

/** Pages that stand in another folder of the repository than on the site, by their place on the site. */
const MOVED = {
  'index.md': 'README.md',
  'SECURITY.md': 'SECURITY.md',
  'CONTRIBUTING.md': 'CONTRIBUTING.md',
  'CHANGELOG.md': 'CHANGELOG.md',
}
const onSite = (file) =>
  Object.keys(MOVED).find((page) => MOVED[page] === file) ?? posix.relative('docs', file)

/** The anchor that GitHub gives a heading, so that links work in both places. */
const slugify = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

/** Makes links and pictures of the repository those of the site. */
function adaptLinks(md) {
  md.core.ruler.push('adapt-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      const open = []
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          open.push(token)
          adaptLink(token, env.relativePath)
        }
        if (token.type === 'link_close') token.tag = open.pop()?.tag ?? 'a'
        if (token.type === 'image') adaptPicture(token, env.relativePath)
      }
    }
  })
}

/** A file that is no page is shown in the repository, or as text while package.json names no repository. */
function adaptLink(token, page) {
  const href = token.attrGet('href') ?? ''
  if (/^([a-z]+:|#|\/)/.test(href) || page.startsWith('reference/api/')) return
  const [path = '', fragment] = href.split('#')
  const folder = posix.dirname(MOVED[page] ?? posix.join('docs', page))
  const target = posix.join(folder, path)
  if (target.endsWith('.md')) {
    const link = posix.relative(posix.dirname(page), onSite(target))
    token.attrSet('href', fragment ? `${link}#${fragment}` : link)
  } else if (web) token.attrSet('href', `${web}/blob/main/${target}`)
  else Object.assign(token, { tag: 'span', attrs: [] })
}

/** Pictures are in docs/public/, which the site serves as its root. */
function adaptPicture(token, page) {
  const file = posix.join(
    posix.dirname(MOVED[page] ?? posix.join('docs', page)),
    token.attrGet('src'),
  )
  token.attrSet('src', `/${posix.relative('docs/public', file)}`)
}

/** Vue would evaluate what stands between double braces. */
function escapeBraces(md) {
  for (const name of ['text', 'code_inline']) {
    const render = md.renderer.rules[name]
    md.renderer.rules[name] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;')
  }
}

/** Pages that explain come before those that the source's comments make. */
const boostDocument = (page) => (page.includes('/reference/api/') ? 0.2 : 1)

const STYLE = '.vp-doc table { font-size: 0.9em } .vp-doc :is(th, td) { padding: 0.4em 0.7em }'

export default defineConfig({
  title: 'passport-email-otp',
  description: 'Passport strategy that signs users in with a code from their mail',
  // A dead link is an error of the build. Programs name a server on this machine.
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  markdown: {
    anchor: { slugify },
    config(md) {
      adaptLinks(md)
      escapeBraces(md)
    },
  },
  head: [['style', {}, STYLE]],
  vite: { build: { chunkSizeWarningLimit: 5000 } },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local', options: { miniSearch: { searchOptions: { boostDocument } } } },
    sidebar: sidebar(),
    nav: [
      { text: 'Guides', link: '/guides/sign-in-page' },
      { text: 'Options', link: '/reference/options' },
      { text: 'Trouble-shooting', link: '/trouble-shooting' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    ...(web && { socialLinks: [{ icon: 'github', link: web }] }),
  },
})
