// The source as JavaScript, so that its values and functions fill the tables. Types are not checked.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { root } from '../run.mjs'

/**
 * Stands in for src/util/option-reader.ts, which is compiled as real-option-reader.js. It notes the default and the
 * range that each constructor reads an option with.
 */
const NOTING_READER = `
import { optionReader as real } from './real-option-reader.js'
export * from './real-option-reader.js'
export const noted = {}
export function optionReader(owner, options) {
  const note = (kind, read) => (name, rule) => {
    noted[owner] = { ...noted[owner], [name]: { kind, rule } }
    return read(name, rule)
  }
  const { wrong, ...reads } = real(owner, options)
  const noting = Object.entries(reads).map(([kind, read]) => [kind, note(kind, read)])
  return { wrong, ...Object.fromEntries(noting) }
}
`

const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }

/** Calls `use` with a function that imports a file of src/, and removes the compiled files afterwards. */
export async function withCompiledSource(use) {
  const folder = mkdtempSync(join(tmpdir(), 'passport-email-otp-tables-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const compiled = new Set()
    return await use((name) => {
      compile(name, folder, compiled)
      return import(pathToFileURL(join(folder, name)).href)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Compiles a file and those that it imports. `compiled` has those that are there. */
function compile(name, folder, compiled) {
  if (compiled.has(name)) return
  compiled.add(name)
  const text = readFileSync(join(root, 'src', name.replace(/\.js$/, '.ts')), 'utf8')
  const { outputText } = ts.transpileModule(text, { compilerOptions })
  const file = join(folder, name)
  const isReader = name === 'util/option-reader.js'
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(isReader ? join(dirname(file), 'real-option-reader.js') : file, outputText)
  if (isReader) writeFileSync(file, NOTING_READER)
  for (const { fileName } of ts.preProcessFile(outputText).importedFiles) {
    if (fileName.startsWith('.')) compile(posix.join(dirname(name), fileName), folder, compiled)
  }
}
