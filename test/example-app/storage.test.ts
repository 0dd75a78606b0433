import { expect, test } from 'vitest'
import { unusable } from '../../example-app/storage.js'

const url = 'redis://app:p%40ss%2Fword@redis.example.com:6379/1'

test('A server that repeats the command that logs in does not show the password', () => {
  for (const password of ['p@ss/word', 'p%40ss%2Fword']) {
    const err = new Error(`ERR unknown command 'HELLO', with args beginning with: '${password}'`)
    const { message } = unusable('REDIS_URL', url, err)
    expect(message).toContain('redis.example.com:6379 in REDIS_URL cannot be used: ERR unknown')
    expect(message).not.toMatch(/ss.*word/)
  }
})

test('An error without words of its own is told by its code', () => {
  // What Node.js gives where a host has several addresses, and none of them answers.
  const err = Object.assign(new AggregateError([]), { code: 'EHOSTUNREACH' })
  expect(unusable('REDIS_URL', url, err).message).toContain('cannot be used: EHOSTUNREACH.')
})
