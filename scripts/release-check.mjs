// npm run release:check: says what is missing before this version can be published. docs/internals/releasing.md has the
// steps of a release. In the release workflow it also compares the tag and the repository.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, Stop, start } from './run.mjs'

const isUrl = (value) => typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value)
const isName = (value) => typeof value === 'string' && value.trim() !== ''

/** The only form that npm neither rewrites nor rejects. It compares the URL with the repository of the workflow. */
const isRepositoryUrl = (value) =>
  typeof value === 'string' && /^git\+https:\/\/[\w.-]+(\/[\w.-]+)+\.git$/.test(value)

/** What npm needs, or shows: whether a value is right, and the reason that a developer reads if it is not. */
const FIELDS = {
  repository: {
    isRight: (value) => isRepositoryUrl(value?.url),
    reason:
      'npm rejects a version with provenance unless it names the repository that built it, like ' +
      '{ "type": "git", "url": "git+https://github.com/OWNER/NAME.git" }.',
  },
  homepage: {
    isRight: isUrl,
    reason: 'The npm page of the package links to it. Set the URL of the README.',
  },
  bugs: {
    isRight: (value) => isUrl(value?.url ?? value),
    reason: 'The npm page links to it. Set the URL where users report problems.',
  },
  author: {
    isRight: (value) => isName(value?.name ?? value),
    reason:
      'Users look for the person or the organisation behind a package that signs users in. Set the name.',
  },
}

const read = (file) => readFileSync(join(root, file), 'utf8')

await start(import.meta, () => {
  const manifest = JSON.parse(read('package.json'))
  const problems = [
    ...wrongFields(manifest),
    ...undated(manifest.version, read('CHANGELOG.md')),
    ...wrongOrigin(manifest, process.env),
  ]
  if (problems.length > 0) {
    throw new Stop(`This version cannot be released yet:\n- ${problems.join('\n- ')}`)
  }
  console.log(`${manifest.name} ${manifest.version} can be released.`)
})

function wrongFields(manifest) {
  return Object.entries(FIELDS)
    .filter(([name, { isRight }]) => !isRight(manifest[name]))
    .map(([name, { reason }]) => {
      const value = manifest[name]
      const fault = value ? `has ${JSON.stringify(value)} as "${name}"` : `has no "${name}"`
      return `package.json ${fault}. ${reason}`
    })
}

function undated(version, changelog) {
  const heading = `## [${version}] - `
  const isDated = changelog
    .split(/\r?\n/)
    .filter((line) => line.startsWith(heading))
    .some((line) => isDate(line.slice(heading.length)))
  return isDated ? [] : [`CHANGELOG.md has no heading "## [${version}] - YYYY-MM-DD".`]
}

/** Whether a text is a day of the calendar, as `YYYY-MM-DD`. */
function isDate(text) {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** GitHub sets these variables in a workflow. */
function wrongOrigin({ repository, version }, env) {
  const { GITHUB_REF_TYPE, GITHUB_REF_NAME, GITHUB_REPOSITORY } = env
  const { GITHUB_SERVER_URL = 'https://github.com' } = env
  const problems = []
  if (GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME !== `v${version}`) {
    problems.push(`The tag is ${GITHUB_REF_NAME}, and package.json has version ${version}.`)
  }
  const url = repository?.url
  const own = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`
  if (GITHUB_REPOSITORY && isRepositoryUrl(url) && url !== own) {
    problems.push(
      `"repository" in package.json is ${url}, and npm expects ${own}, the repository of this workflow.`,
    )
  }
  return problems
}
