import { beforeAll, expect, it, vi } from 'vitest'
import { linkPackage, makeProject } from '../helpers/package.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { programOf, startWithTsx } from './program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

let tsx: string
beforeAll(async () => {
  tsx = await testPackages('tsx')
})

// As `npm init -y` of npm 11 writes it. The tests of each page run its program as an ES module, and so one is enough here.
const COMMON_JS = { type: 'commonjs' }
const MODULE = { type: 'module' }

const PAGES = {
  'hosts/express': '/login',
  'hosts/cookie-session': '/login',
  'guides/add-to-passport-local': '/login',
  'guides/after-a-redirect': '/login',
  'guides/return-to': '/login',
  'guides/trusted-browsers': '/password',
}

it.each([
  { name: 'hosts/express', url: '/login', packageJson: MODULE },
  ...Object.entries(PAGES).map(([name, url]) => ({ name, url, packageJson: COMMON_JS })),
])('the program of $name starts with the command of its page, $packageJson.type', async (row) => {
  const { name, url, packageJson } = row
  const page = `docs/${name}.md`
  const folder = await makeProject({ files: { 'app.ts': programOf(page) }, packageJson })
  linkPackage(folder, 'cookie-session')
  const { browser } = await startWithTsx(page, folder, tsx)
  expect((await browser().get(url)).status).toBe(200)
})
