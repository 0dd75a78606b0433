// The sidebar of the site: the links of docs/README.md, under its headings.

import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

export function sidebar() {
  const index = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, ...sections] = index.split(/^## /m)
  return [
    { text: 'The first program', link: '/' },
    ...sections.map((section) => {
      const [text = '', ...lines] = section.split('\n')
      const items = linksOf(lines.join('\n'))
      if (text === 'Reference') items.push({ text: 'API', link: '/reference/api/' })
      return { text, collapsed: text === 'Internals', items }
    }),
  ]
}

function linksOf(markdown) {
  return [...markdown.matchAll(/\[([^\]]+)\]\(([^)]+)\.md\)/g)].map(([, name = '', path = '']) => ({
    text: name.replace(/\s+/g, ' ').replace(/^./, (letter) => letter.toUpperCase()),
    link: posix.join('/', path),
  }))
}
