/**
 * The one rule against misuse: a program that receives the codes can sign in as every user.
 *
 * @throws Error unless `NODE_ENV` is `test`
 */
export function requireTestEnvironment(name: string): void {
  const { NODE_ENV } = process.env
  if (NODE_ENV === 'test') return
  const found = NODE_ENV === undefined ? 'is not set' : `is ${JSON.stringify(NODE_ENV)}`
  throw new Error(
    `${name} works only where NODE_ENV is "test", because it receives the codes of all users; NODE_ENV ${found}. ` +
      'vitest and jest set it. Otherwise start the tests with it, such as NODE_ENV=test node --test',
  )
}
