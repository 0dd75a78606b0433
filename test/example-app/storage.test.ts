import { expect, test } from 'vitest'
import { unusable } from '../../example-app/storage-server.js'
import { expectNamed } from '../helpers/rejects-option.js'

const url = 'redis://app:p%40ss%2Fword@redis.example.com:6379/1'

test('The error hides the password if the server repeats the command that logs in', () => {
  for (const password of ['p@ss/word', 'p%40ss%2Fword']) {
    const err = new Error(`ERR unknown command 'HELLO', with args beginning with: '${password}'`)
    const { message } = unusable('REDIS_URL', url, err)
    expectNamed(message, 'redis.example.com:6379', 'REDIS_URL', "ERR unknown command 'HELLO'")
    expect(message).not.toMatch(/ss.*word/)
  }
})

test('The error shows the code of a cause without a message', () => {
  // Node.js throws this error for a host of several IP addresses, none of which answers.
  const err = Object.assign(new AggregateError([]), { code: 'EHOSTUNREACH' })
  expectNamed(unusable('REDIS_URL', url, err).message, 'REDIS_URL', 'EHOSTUNREACH')
})
