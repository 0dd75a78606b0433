import { describe, expect, it } from 'vitest'
import { parseCode } from '../../src/challenge/parse-code.js'

describe('a typed code', () => {
  it.each([
    ['123456'],
    ['123 456'],
    ['123-456'],
    [' 123456\n'],
    ['12 34\u00a056'],
    ['123\u2013456'],
    ['\u200b123\u200d456\u2060'],
    ['\ufeff123456'],
  ])('is read without the characters that mail clients and users add: %j', (typed) => {
    expect(parseCode(typed)).toEqual({ code: '123456' })
  })

  it.each([
    ['full-width', '１２３４５６'],
    ['Arabic-Indic', '١٢٣٤٥٦'],
    ['Devanagari', '१२३४५६'],
    ['mathematical double-struck', '𝟙𝟚𝟛𝟜𝟝𝟞'],
    ['mathematical monospace', '𝟷𝟸𝟹𝟺𝟻𝟼'],
  ])('is read in %s digits', (_script, typed) => {
    expect(parseCode(typed)).toEqual({ code: '123456' })
  })

  it('is read in the decimal digits of every script', () => {
    const digits: string[] = []
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const char = codePoint >= 0xd800 && codePoint <= 0xdfff ? '' : String.fromCodePoint(codePoint)
      if (/^\p{Nd}$/u.test(char)) digits.push(char)
    }
    expect(digits.length).toBeGreaterThan(600)
    // The digits of each script are consecutive, from zero to nine.
    const read = digits.map((digit) => parseCode(digit).code)
    expect(read).toEqual(digits.map((_, i) => String(i % 10)))
  })

  it.each([[''], ['   '], ['\t\n'], ['-'], ['\u200b'], [undefined], [null]])(
    'is reported as missing: %j',
    (typed) => {
      expect(parseCode(typed)).toEqual({ reason: 'missing_code' })
    },
  )

  it.each([
    [123456],
    [true],
    [['123456']],
    [{ toString: () => '123456' }],
    ['1e5'],
    ['0x1E240'],
    ['+12345'],
    ['12345.'],
    ['123456\u0000'],
    ['12\u0007456'],
    ['12a456'],
    ['²²²²²²'],
    ['½'],
    [`${'1'.repeat(64)}1`],
    ['1'.repeat(1e6)],
  ])('is reported as malformed: %#', (typed) => {
    expect(parseCode(typed)).toEqual({ reason: 'malformed_code' })
  })

  it('can be 64 characters long, and a longer one is rejected', () => {
    expect(parseCode(`123456${' '.repeat(58)}`)).toEqual({ code: '123456' })
    expect(parseCode(`123456${' '.repeat(59)}`)).toEqual({ reason: 'malformed_code' })
  })
})
