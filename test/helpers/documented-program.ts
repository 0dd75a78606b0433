import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as postgres from 'passport-email-otp/postgres'
import * as redis from 'passport-email-otp/redis'
import * as sqlite from 'passport-email-otp/sqlite'
import ts from 'typescript'
import { Document } from './documents.js'
import { linkPackage, makeProject, root, typeCheck } from './package.js'

const PACKAGE: Readonly<Record<string, unknown>> = {
  'passport-email-otp/redis': redis,
  'passport-email-otp/postgres': postgres,
  'passport-email-otp/sqlite': sqlite,
}

export interface ProgramRun {
  /** The document that has the program. */
  readonly document: string
  /** The heading that the program stands under. */
  readonly heading: string
  /** The variables of the program to return. */
  readonly returns: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What to write in place of parts of the program, such as host names. */
  readonly replace?: Readonly<Record<string, string>>
  /** Where packages are looked up: the repository's by default. */
  readonly folder?: string
  /** The packages to use in place of those that the program imports. */
  readonly aliases?: Readonly<Record<string, string>>
}

/** Runs a program of the documentation in this process, against the source. Returns some of its variables. */
export async function runDocumented(run: ProgramRun): Promise<Record<string, unknown>> {
  const { document, heading, returns, env = {}, replace = {}, folder = root, aliases = {} } = run
  const block = new Document(document).blocks.find(
    (block) => block.heading === heading && ['ts', 'js'].includes(block.language),
  )
  let code = block?.code ?? ''
  for (const [part, other] of Object.entries(replace)) {
    if (!code.includes(part)) throw new Error(`${document}, "${heading}" has no ${part}`)
    code = code.replaceAll(part, other)
  }
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  })
  const load = createRequire(join(folder, 'program.js'))
  const require = (name: string) => PACKAGE[name] ?? load(aliases[name] ?? name)
  const body = `return (async () => { ${outputText}; return { ${returns.join(', ')} } })()`
  const program = new Function('require', 'exports', 'process', 'console', body)
  // The errors of a client whose server is down belong to the test.
  return program(require, {}, { env }, { ...console, error: () => {} })
}

/**
 * Compiles the TypeScript programs in a section of the page on clients as in a user's project. Returns what the
 * compiler says: nothing. `packages` and the `aliases` of each project are looked up in `folder`. All projects are
 * compiled at once, so that what they share is read once.
 */
export async function compileDocumented(
  section: string,
  folder: string,
  packages: readonly string[],
  projects: readonly Readonly<Record<string, string>>[] = [{}],
): Promise<string> {
  const page = new Document('docs/stores/clients.md')
  const headings = [...page.section(section).matchAll(/^### (.*)$/gm)].map(([, name]) => name)
  const programs = page.blocks.filter(
    ({ language, heading }) => language === 'ts' && headings.includes(heading),
  )
  const files = projects.flatMap((_, project) =>
    programs.map(({ code }, i) => [`${project}/program-${i}.ts`, code] as const),
  )
  const imports = files.map(([path]) => `import './${path.replace('.ts', '.js')}'`)
  const project = await makeProject({
    files: { ...Object.fromEntries(files), 'all.ts': imports.join('\n') },
    without: projects.flatMap((aliases) => Object.keys(aliases)),
  })
  const from = join(folder, 'node_modules')
  for (const name of packages) linkPackage(project, name, { from })
  for (const [i, aliases] of projects.entries()) {
    for (const [name, target] of Object.entries(aliases)) {
      linkPackage(join(project, `${i}`), name, { from, target })
    }
  }
  return typeCheck(project, { module: 'nodenext', skipLibCheck: true })
}
