import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allPages, type CodeBlock, commandsOf, Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

interface Program {
  readonly page: string
  readonly document: Document
  readonly block: CodeBlock
  /** The commands of its page, or under its heading if the page has more than one program. */
  readonly commands: readonly string[]
}

const TYPESCRIPT = /^tsx?$/
const isTypeScript = ({ language }: CodeBlock) => TYPESCRIPT.test(language)
/** Tools that make a project bring packages and a command that starts it. */
const SCAFFOLDS = [
  {
    made: /^npx @nestjs\/cli\S* new /,
    brings: /^(@nestjs\/(common|core)|express|reflect-metadata|rxjs)$/,
  },
]

const listens = (block: CodeBlock) =>
  block.code.includes('.listen(') && (isTypeScript(block) || isWholeInJavaScript(block))
/** Others are lines for the application that the reader has. */
const isWholeInJavaScript = ({ language, code }: CodeBlock) =>
  language === 'js' && code.includes("from 'passport-email-otp'")
const isOnlyProgram = ({ blocks }: Document) => blocks.filter(listens).length === 1
/** A recipe imports a file that the reader has, such as `./users.mjs`. */
const isRecipe = ({ code }: CodeBlock, { files }: Document) =>
  [...code.matchAll(/from '\.\/([^']+\.mjs)'/g)].some(([, file = '']) => !(file in files))

/** The programs that a reader starts: they listen. */
const PROGRAMS: Program[] = allPages().flatMap((page) => {
  const document = new Document(page)
  const programs = document.blocks.filter((block) => listens(block) && !isRecipe(block, document))
  return programs.map((block) => {
    const commands = document.blocks
      .filter(({ language }) => language === 'sh')
      .filter(({ heading }) => isOnlyProgram(document) || heading === block.heading)
      .flatMap(({ code }) => commandsOf(code))
    return { page, document, block, commands }
  })
})

/** Whether a program imports a file of its page: `src/app.module.ts` as `./app.module.js`. */
const importsFile = (code: string, file: string) =>
  code.includes(`from './${basename(file).replace(/\.ts$/, '.js')}'`)

const named = PROGRAMS.map(
  (program) => [`${program.page}, "${program.block.heading}"`, program] as const,
)
const scaffoldOf = ({ commands }: Program) =>
  SCAFFOLDS.find(({ made }) => commands.some((command) => made.test(command)))

it('finds the programs of the documentation', () => {
  const pages = new Set(PROGRAMS.map(({ page }) => page))
  for (const page of ['hosts/express', 'guides/invites', 'guides/moving-from-magic-links']) {
    expect(pages).toContain(`docs/${page}.md`)
  }
  expect(PROGRAMS.length).toBeGreaterThan(20)
})

describe.each(named)('the program of %s', (_name, program) => {
  const { document, block, commands } = program
  const file = document.namedPrograms.find(({ code }) => code === block.code)?.file
  const diffs = document.blocks.filter(({ language }) => language === 'diff')
  const imported = document.namedPrograms.filter(({ file }) => importsFile(block.code, file))
  const source = [block, ...imported, ...diffs].map(({ code }) => code).join('\n')

  it('has a file, and a command that starts it', () => {
    expect(file).toBeDefined()
    const byNode = isTypeScript(block) ? `npx tsx ${file}` : `node ${file}`
    expect(commands).toContain(scaffoldOf(program) ? 'npm run start' : byNode)
  })

  it('gets the variables that it reads before it starts', () => {
    const set = commands
      .filter((command) => command.startsWith('export '))
      .flatMap((command) => [...command.matchAll(/(\w+)=/g)].map(([, variable]) => variable))
    // Without those that have a default, such as `process.env.PORT ?? 3000`.
    const read = [...source.matchAll(/process\.env\.(\w+)(?! \?\? (?!''))\b/g)]
    const needed = read.map(([, variable]) => variable)
    expect(needed).toContain('OTP_SECRET')
    expect(set).toEqual(expect.arrayContaining(needed))
  })

  it('gets the packages that it imports, and their types', () => {
    const installed = commands
      .filter((command) => command.startsWith('npm install '))
      .flatMap((command) => command.split(/\s+/).slice(2))
      .map((name) => name.replace(/(?<=.)@[^/]*$/, ''))
    const brought = scaffoldOf(program)?.brings
    const packages = [
      ...source.matchAll(/^\+?(?:import|\}).*? ?from '([^']+)'|^import '([^']+)'/gm),
    ]
      .map(([, from, bare]) => from ?? bare ?? '')
      .filter((name) => !/^(node:|\.)/.test(name) && !builtinModules.includes(name))
      .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? '')
      .filter((name) => !brought?.test(name))
    expect(packages).toContain('passport-email-otp')
    expect(installed).toEqual(expect.arrayContaining(packages))
    if (!isTypeScript(block)) return
    const typed = packages
      .map((name) => `@types/${name}`)
      .filter((name) => existsSync(join(root, 'node_modules', name)))
    expect(installed).toEqual(expect.arrayContaining(typed))
    if (!brought) expect(installed).toContain('tsx')
  })
})
