import type { Client } from './world.js'

/** A code of the same length that is certainly wrong; different `n` give different ones. */
export function wrongCode(code: string, n = 1): string {
  const number = (Number(code) + n) % 10 ** code.length
  return String(number).padStart(code.length, '0')
}

/** Enters so many wrong codes, one after the other. */
export async function guess(client: Client, code: string, times: number) {
  const answers = []
  for (let n = 1; n <= times; n++) answers.push(await client.enterCode(wrongCode(code, n)))
  return answers
}
