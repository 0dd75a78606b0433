import { expect, it } from 'vitest'
import { redactError } from '../../src/util/redact.js'

const HIDDEN = { code: '012345', email: 'a+b.c@xn--bcher-kva.example' }

it('removes the code and the address, with either form of its domain, from an error of a mail client', () => {
  const original = Object.assign(
    new Error('550 <A+B.c@XN--bcher-kva.example> unknown (a+b.c@bücher.example), mail 012345'),
    {
      name: 'SmtpError',
      code: 'EENVELOPE',
      responseCode: 550,
      command: 'RCPT TO',
      response: '550 a+b.c@bücher.example',
    },
  )
  const copy = redactError(original, HIDDEN)
  expect(copy).toMatchObject({
    name: 'SmtpError',
    message: '550 <[address]> unknown ([address]), mail [code]',
    code: 'EENVELOPE',
    responseCode: 550,
    command: 'RCPT TO',
    response: '550 [address]',
  })
  expect(copy.stack).toContain('550 <[address]> unknown ([address]), mail [code]\n    at ')
  expect(copy.stack).not.toMatch(/012345|a\+b\.c/i)
})

it('matches the address literally, not as a pattern', () => {
  const copy = redactError(new Error('axb@x.org a.b@x.org'), { code: '012345', email: 'a.b@x.org' })
  expect(copy.message).toBe('axb@x.org [address]')
})

it('keeps no other property of the error, because it may hold the whole mail', () => {
  const original = Object.assign(new Error('no'), {
    mail: { text: '012345' },
    rejected: ['a@x.org'],
  })
  expect(Object.keys(redactError(original, HIDDEN))).toEqual(['name'])
})

it.each([
  ['text 012345', 'text [code]'],
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
])('turns a thrown value that is not an error into an error: %j', (thrown, message) => {
  expect(redactError(thrown, HIDDEN)).toMatchObject({ name: 'Error', message })
})

it('removes the id of the challenge, because a leaked secret could derive the code from it', () => {
  const id = 'AAECAwQFBgcICQoLDA0ODw'
  const copy = redactError(new Error(`insert {"id":"${id}","email":"a@x.org"}`), {
    ...{ code: '012345', email: 'a@x.org', id },
  })
  expect(copy.message).toBe('insert {"id":"[id]","email":"[address]"}')
})
