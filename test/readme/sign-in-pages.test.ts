import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { allPages, Document } from '../helpers/documents.js'

interface Route {
  readonly page: string
  readonly path: string
  readonly handler: ts.Node
}

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [node]
  node.forEachChild((child) => void nodes.push(...nodesOf(child)))
  return nodes
}

const isCallOf = (node: ts.Node, name: string): node is ts.CallExpression =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name

/** The routes of programs whose handlers draw the page of a sign-in, that is: for no other purpose. */
function routesOf(page: string): Route[] {
  return new Document(page).blocks
    .filter(({ language }) => ['js', 'ts'].includes(language))
    .flatMap(({ code }) => nodesOf(ts.createSourceFile('p.ts', code, ts.ScriptTarget.Latest, true)))
    .flatMap((node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
      const [path] = node.arguments
      const handler = node.arguments.at(-1)
      const isGet = node.expression.name.text === 'get' && path && ts.isStringLiteral(path)
      if (!isGet || !handler) return []
      const draws = nodesOf(handler).filter((each) => isCallOf(each, 'loginPage'))
      const isSignIn = draws.some((call) => !call.getText().includes('purpose:'))
      return isSignIn ? [{ page, path: path.text, handler }] : []
    })
}

/** Whether a handler redirects where the request has a user. */
function redirectsUsers(handler: ts.Node): boolean {
  return nodesOf(handler).some((node) => {
    if (!ts.isIfStatement(node) && !ts.isConditionalExpression(node)) return false
    const [condition, then] = ts.isIfStatement(node)
      ? [node.expression, node.thenStatement]
      : [node.condition, node.whenTrue]
    return /^req(uest)?\.user$/.test(condition.getText()) && then.getText().includes('.redirect(')
  })
}

const ROUTES = ['README.md', ...allPages()].flatMap(routesOf)

describe('the programs of the documentation that draw the page of a sign-in', () => {
  it('are found', () => {
    expect(ROUTES.length).toBeGreaterThan(12)
  })

  it.each(ROUTES.map((route) => [`${route.page} ${route.path}`, route] as const))(
    'redirect signed-in users away from it: %s',
    (_, { handler }) => {
      expect(redirectsUsers(handler)).toBe(true)
    },
  )
})
