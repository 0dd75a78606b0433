// npm run release:check: says what is missing before this version can be published. docs/internals/releasing.md has the
// steps of a release. In the release workflow it also compares the tag and the repository.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, Stop, start } from './run.mjs'

const FIELDS = {
  repository:
    'npm rejects a version with provenance unless it names the repository that built it, like ' +
    '{ "type": "git", "url": "git+https://github.com/OWNER/NAME.git" }.',
  homepage: 'The npm page of the package links to it. Set the URL of the README.',
  bugs: 'The npm page links to it. Set the URL where users report problems.',
  author: 'Users look for the person or the organisation behind a package that signs users in.',
}

const read = (file) => readFileSync(join(root, file), 'utf8')

await start(import.meta, () => {
  const manifest = JSON.parse(read('package.json'))
  const problems = [
    ...missingFields(manifest),
    ...undated(manifest.version, read('CHANGELOG.md')),
    ...wrongOrigin(manifest, process.env),
  ]
  if (problems.length > 0) {
    throw new Stop(`This version cannot be released yet:\n- ${problems.join('\n- ')}`)
  }
  console.log(`${manifest.name} ${manifest.version} can be released.`)
})

function missingFields(manifest) {
  return Object.entries(FIELDS)
    .filter(([name]) => !manifest[name])
    .map(([name, reason]) => `package.json has no "${name}". ${reason}`)
}

function undated(version, changelog) {
  const isDated = changelog
    .split('\n')
    .some((line) => line.startsWith(`## [${version}] - `) && /\d{4}-\d\d-\d\d$/.test(line))
  return isDated ? [] : [`CHANGELOG.md has no heading "## [${version}] - YYYY-MM-DD".`]
}

/** GitHub sets these variables in a workflow. */
function wrongOrigin(
  { repository, version },
  { GITHUB_REF_TYPE, GITHUB_REF_NAME, GITHUB_REPOSITORY },
) {
  const problems = []
  if (GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME !== `v${version}`) {
    problems.push(`The tag is ${GITHUB_REF_NAME}, and package.json has version ${version}.`)
  }
  const url = repository?.url ?? repository
  if (url && GITHUB_REPOSITORY && !url.replace(/\.git$/, '').endsWith(`/${GITHUB_REPOSITORY}`)) {
    problems.push(
      `"repository" in package.json is ${url}, and this workflow runs in ${GITHUB_REPOSITORY}. npm compares them.`,
    )
  }
  return problems
}
