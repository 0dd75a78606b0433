// The comments of the source: what stands above the members of an interface, and above the entries of a table.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root, Stop } from '../run.mjs'

/** Returns the interfaces of a file of src/, each with its comment, its base type, and its members by their names. */
export function interfacesIn(file) {
  return parse(file)
    .statements.filter(ts.isInterfaceDeclaration)
    .map((node) => ({
      name: node.name.text,
      comment: commentOf(node, file),
      base: node.heritageClauses?.[0]?.types[0]?.getText() ?? '',
      members: membersOf(node.members, file),
    }))
}

/** Returns the members of one interface, with their comments. */
export function interfaceIn(file, name) {
  const found = interfacesIn(file).find((each) => each.name === name)
  if (found === undefined) throw new Stop(`src/${file} has no interface ${name}.`)
  return found.members
}

/** Returns the entries of an object that a file declares as a constant, with their comments. */
export function entriesIn(file, name) {
  const declaration = parse(file)
    .statements.filter(ts.isVariableStatement)
    .flatMap((statement) => [...statement.declarationList.declarations])
    .find((each) => each.name.getText() === name)
  if (declaration === undefined) throw new Stop(`src/${file} has no constant ${name}.`)
  let value = declaration.initializer
  while (!ts.isObjectLiteralExpression(value)) value = value.expression // "as const"
  return membersOf(value.properties, file)
}

function parse(file) {
  const text = readFileSync(join(root, 'src', file), 'utf8')
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
}

function membersOf(nodes, file) {
  return Object.fromEntries(nodes.map((node) => [node.name.getText(), commentOf(node, file)]))
}

/** The first paragraph of a comment, its tags by their names, and the pages that it has a @see for. */
function commentOf(node, file) {
  const name = node.name.getText()
  const raw = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)?.getText() ?? ''
  const [text, ...tags] = raw
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim()
    .split(/^@/m)
  const oneLine = (part) => part.trim().replace(/\s+/g, ' ')
  const pairs = tags
    .map((tag) => /^(\w+)\s+(.*)$/s.exec(tag) ?? [])
    .map(([, tag, value = '']) => [tag, oneLine(value)])
  return {
    where: `src/${file}: ${name}`,
    isOptional: node.questionToken !== undefined,
    text: oneLine(text.split(/\n\s*\n/)[0]),
    tags: Object.fromEntries(pairs),
    pages: pairs.filter(([tag]) => tag === 'see').map(([, page]) => page),
  }
}
