import { join } from 'node:path'
import ts from 'typescript'

/** The files of packages, as they were parsed. They are most of what a compiler reads, and the same for all projects. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/**
 * Does what `tsc -p .` does in `folder`, and returns what it would print of its files, which include those of the
 * packed package. In this process, so that several projects read the other packages once.
 */
export function compileProject(folder: string): string {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(folder, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
      },
    },
  )
  if (config === undefined) throw new Error(`no tsconfig.json in ${folder}`)
  const { options, fileNames, errors } = config
  const host = ts.createCompilerHost(options)
  host.getCurrentDirectory = () => folder
  // These options change nothing in how a file is parsed.
  const { skipLibCheck: _, noEmit: __, declaration: ___, configFilePath: ____, ...others } = options
  const kind = JSON.stringify(others)
  const read = host.getSourceFile
  host.getSourceFile = (name, language, ...rest) => {
    if (name.startsWith(folder)) return read(name, language, ...rest)
    const key = `${name} ${JSON.stringify(language)} ${kind}`
    if (!parsed.has(key)) parsed.set(key, read(name, language, ...rest))
    return parsed.get(key)
  }
  const program = ts.createProgram({ rootNames: fileNames, options, host })
  // The other packages are links to other folders.
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder))
  const found = [
    ...errors,
    ...own.flatMap((file) => [...ts.getPreEmitDiagnostics(program, file)]),
    ...program.emit().diagnostics,
  ]
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(found), host)
}
