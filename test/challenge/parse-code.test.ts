import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMissingCode, parseCode } from '../../src/challenge/parse-code.js'

const read = (typed: unknown) => parseCode(typed, 6)

describe('a code is read', () => {
  it.each([
    ['493027'],
    ['493 027'],
    ['493-027'],
    [' 493027\n'],
    ['49 30\u00a027'],
    ['493\u2013027'],
    ['4 - 9 - 3 - 0 - 2 - 7'],
    ['4\n9\n3\n0\n2\n7'],
    ['\u200b493\u200d027\u2060'],
    ['\ufeff493027'],
    ['493\u202f027'],
    ['493027-'],
  ])('without blanks, dashes and invisible characters: %j', (typed) => {
    expect(read(typed)).toBe('493027')
  })

  it.each([
    ['the full stop of a sentence', '493027.'],
    ['a comma', '493027,'],
    ['quotes', '"493027"'],
    ['curly quotes', '\u201c493027\u201d'],
    ['German quotes', '\u201e493027\u201c'],
    ['guillemets', '\u00ab\u00a0493027\u00a0\u00bb'],
    ['corner brackets', '\u300c493027\u300d'],
    ['backquotes', '`493027`'],
    ['asterisks', '**493027**'],
    ['brackets', '[493027]'],
    ['angle brackets', '<493027>'],
    ['a number sign', '#493027'],
    ['a bullet', '\u2022 493027'],
    ['a bullet without a blank', '\u2022493027'],
    ['a dash as a bullet', '- 493027'],
    ['an en dash as a bullet', '\u2013\u00a0493027'],
    ['a plus as a bullet', '+ 493027'],
    ['a number as a bullet', '1. 493027'],
    ['an emoji as a bullet', '\u25aa\ufe0f493027'],
    ['a label', 'Code: 493027'],
    ['a label in capitals', 'OTP:493027'],
    ['a label with a hyphen', 'Acme-493027'],
    ['a query', '?code=493027'],
    ['an Arabic full stop', '493027\u06d4'],
    ['a Chinese full stop', '493027\u3002'],
    ['a Devanagari full stop', '493027\u0964'],
    ['a Spanish exclamation mark', '\u00a1493027!'],
    ['a percent sign', '493027%'],
    ['another number', '493027 10'],
    ['a time', '04:24 493027'],
    ['a date', '26.11.2026: 493027'],
    ['a comma and another number', '493027,10 minutes'],
    ['itself', '493027 is your code\nYour code is 493 027.'],
  ])('beside %s: %j', (_what, typed) => {
    expect(read(typed)).toBe('493027')
  })

  it.each([
    ['our sentence', 'Your Acme sign-in code is 493027.'],
    ['our subject', '493027 is your Acme code'],
    ['the beginning of our mail', 'Your Acme sign-in code:\n\n493027\n\nIt works for 10 minutes.'],
    ['a German subject', '493027 ist Ihr Code f\u00fcr Acme'],
    ['a Hungarian one', 'Az \u00d6n k\u00f3dja: 493027-es'],
    ['a Turkish one', 'Acme kodunuz 493027\u2019dir'],
    ['a Polish one', '493027 to Tw\u00f3j kod logowania'],
    [
      'a Greek one',
      '\u039f \u03ba\u03c9\u03b4\u03b9\u03ba\u03cc\u03c2 \u03c3\u03b1\u03c2 \u03b5\u03af\u03bd\u03b1\u03b9 493027\u00b7',
    ],
    [
      'a Russian one',
      '493027 \u2014 \u0432\u0430\u0448 \u043a\u043e\u0434 \u0434\u043b\u044f \u0432\u0445\u043e\u0434\u0430',
    ],
    [
      'a Hebrew one',
      '\u05d4\u05e7\u05d5\u05d3 \u05e9\u05dc\u05da \u05dc-Acme \u05d4\u05d5\u05d0 493027',
    ],
    [
      'an Arabic one',
      '\u0631\u0645\u0632 \u0627\u0644\u062f\u062e\u0648\u0644: \u0664\u0669\u0663\u0660\u0662\u0667\u060c \u0635\u0627\u0644\u062d \u0644\u0645\u062f\u0629 \u0661\u0660 \u062f\u0642\u0627\u0626\u0642',
    ],
    [
      'a Hindi one',
      '\u0906\u092a\u0915\u093e \u0915\u094b\u0921 \u096a\u096f\u0969\u0966\u0968\u096d \u0939\u0948\u0964',
    ],
    [
      'a Chinese one',
      '\u3010Acme\u3011\u60a8\u7684\u9a8c\u8bc1\u7801\u662f493027\uff0c5\u5206\u949f\u5185\u6709\u6548\u3002',
    ],
    [
      'a Chinese one with another number of three digits',
      '\u9a8c\u8bc1\u7801493027\uff0c300\u79d2\u5185\u6709\u6548',
    ],
    ['a Japanese one', '\u8a8d\u8a3c\u30b3\u30fc\u30c9\u306f493027\u3067\u3059\u3002'],
    ['a Japanese label', '\u8a8d\u8a3c\u30b3\u30fc\u30c9493027'],
    ['a Japanese label that ends long', '\u30e1\u30f3\u30d0\u30fc493027'],
    ['a Korean one', 'Acme \uc778\uc99d\ubc88\ud638\ub294 493027\uc785\ub2c8\ub2e4'],
    [
      'a Thai one',
      '\u0e23\u0e2b\u0e31\u0e2a\u0e02\u0e2d\u0e07\u0e04\u0e38\u0e13\u0e04\u0e37\u0e2d493027\u0e04\u0e48\u0e30',
    ],
  ])('in %s', (_what, typed) => {
    expect(read(typed)).toBe('493027')
  })

  it.each([
    ['an ideographic space', '\u3000'],
    ['a Japanese long vowel mark', '\u30fc'],
    ['a half-width long vowel mark', '\uff70'],
    ['a full-width hyphen', '\uff0d'],
    ['a minus', '\u2212'],
    ['a line of a box', '\u2500'],
    ['a wave dash', '\u301c'],
    ['a full-width tilde', '\uff5e'],
    ['a Korean vowel on the key of the hyphen', '\u3161'],
    ['an Arabic kashida', '\u0640'],
    ['a Tibetan tsheg', '\u0f0b'],
    ['an Ethiopic word divider', '\u1361'],
    ['a middle dot', '\u00b7'],
    ['a Katakana middle dot', '\u30fb'],
    ['a half-width middle dot', '\uff65'],
    ['a maqaf', '\u05be'],
    ['an Armenian hyphen', '\u058a'],
    ['a narrow blank', '\u202f'],
    ['an empty Braille cell', '\u2800'],
    ['a Hangul filler', '\u3164'],
    ['a thin blank', '\u2009'],
    ['an Arabic thousands sign', '\u066c'],
    ['an Arabic comma', '\u060c'],
    ['a full-width comma', '\uff0c'],
    ['a full-width full stop', '\uff0e'],
    ['an ideographic comma', '\u3001'],
    ['an ideographic full stop', '\u3002'],
    ['a Swiss thousands sign', '\u2019'],
    ['a full stop', '.'],
    ['a comma', ','],
    ['a low line', '_'],
    ['a blank, a dash and a blank', ' \u2014 '],
    ['two dashes', '--'],
  ])('with %s between its halves', (_what, separator) => {
    expect(read(`493${separator}027`)).toBe('493027')
    expect(read(`(493${separator}027)`)).toBe('493027')
  })

  it.each([
    ['full-width', '\uff14\uff19\uff13\uff10\uff12\uff17'],
    ['Arabic-Indic', '\u0664\u0669\u0663\u0660\u0662\u0667'],
    ['Devanagari', '\u096a\u096f\u0969\u0966\u0968\u096d'],
    ['mathematical double-struck', '𝟜𝟡𝟛𝟘𝟚𝟟'],
    ['mathematical monospace', '𝟺𝟿𝟹𝟶𝟸𝟽'],
    ['mixed', '4\uff193\u0660𝟚7'],
  ])('in %s digits', (_script, typed) => {
    expect(read(typed)).toBe('493027')
  })

  it('in the decimal digits of every script', () => {
    const digits: string[] = []
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const char = codePoint >= 0xd800 && codePoint <= 0xdfff ? '' : String.fromCodePoint(codePoint)
      if (/^\p{Nd}$/u.test(char)) digits.push(char)
    }
    expect(digits.length).toBeGreaterThan(600)
    // The digits of each script are consecutive, from zero to nine.
    expect(digits.map((digit) => parseCode(digit, 1))).toEqual(digits.map((_, i) => String(i % 10)))
  })

  it.each([
    ['4930 2758', 8],
    ['49.302.758', 8],
    ['493,027,581', 9],
    ['493 027 5816', 10],
    ['4.930.275.816', 10],
    ['Code: 49302758.', 8],
  ])('with the length of the pending one: %j', (typed, digits) => {
    expect(parseCode(typed, digits)).toBe(typed.replace(/\D/g, ''))
  })

  it('in a text of 256 characters, and in no longer one', () => {
    expect(read(`493027${' '.repeat(250)}`)).toBe('493027')
    expect(read(`493027${' '.repeat(251)}`)).toBeUndefined()
    expect(read(`${'x'.repeat(249)} 493027`)).toBe('493027')
    expect(read(`${'x'.repeat(250)} 493027`)).toBeUndefined()
  })
})

describe('a code is not read', () => {
  it.each([
    ['two codes', '493027 581223'],
    ['two codes with a comma', '493027,581223'],
    ['two codes in sentences', '493027 is your code. 581223 is your code.'],
    ['two codes in lines', '493027\n581223'],
    ['two codes in halves', '493 027 581 223'],
    ['two codes, one in halves', '493027 581 223'],
    ['two codes with a dash', '493027-581223'],
    ['the same code twice without a blank', '493027493027'],
    ['three halves', '493 027 581'],
    ['a longer code in groups that contain the length', '4930 275 816'],
    ['a code of another length in groups', '493 027 10'],
    ['a code of another length in groups, behind a label', 'Your code is 493 027 10'],
    ['letters inside', '4930a27'],
    ['more letters inside', '493abc027'],
    ['a letter in place of a digit', '49302O'],
    ['a letter at the end', '493027a'],
    ['a letter at the start', 'x493027'],
    ['a Cyrillic letter at the end', '493027\u0437'],
    ['a letter and an accent at the start', 'e\u0301493027'],
    ['a hexadecimal number', '0x493027'],
    ['an exponent', '493027e5'],
    ['a big integer', '493027n'],
    ['a minus', '-493027'],
    ['a minus with a blank before it', 'Code: -493027'],
    ['a minus in quotes', '"-493027"'],
    ['a minus before halves', '-493 027'],
    ['a minus and an invisible character', '-\u200b493027'],
    ['a mathematical minus', '\u2212493027'],
    ['a full-width minus', '\uff0d493027'],
    ['an en dash', '\u2013493027'],
    ['a plus', '+493027'],
    ['a full-width plus', '\uff0b493027'],
    ['a plus or minus', '\u00b1493027'],
    ['a minus after a number', '5 -493027'],
    ['too few digits', '49302'],
    ['too few digits and a full stop', '12345.'],
    ['too many digits', '4930275'],
    ['too many digits in groups', '493-027-5'],
    ['a number with decimals', '4930.27'],
    ['a number with thousands and decimals', '4,930.27'],
    ['an address', '493027@qq.com'],
    ['superscripts', '\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2'],
    ['a fraction at the start', '\u00bd493027'],
    ['keycaps', [...'493027'].map((digit) => `${digit}\ufe0f\u20e3`).join('')],
    ['a struck last digit', '493027\u0336'],
    ['a NUL', '493027\0'],
    ['a NUL elsewhere', 'Code\0: 493027'],
    ['half a surrogate pair', '493027 \ud83d'],
    ['no digits', 'OOOOOO'],
    ['nothing', ''],
    ['blanks and dashes', ' - '],
  ])('from %s: %j', (_what, typed) => {
    expect(read(typed)).toBeUndefined()
  })

  it.each([[493027], [true], [['493027']], [{ toString: () => '493027' }], [undefined], [null]])(
    'from a value that is not a string: %j',
    (typed) => {
      expect(read(typed)).toBeUndefined()
    },
  )

  it('of seven digits with a thousands sign where number formats have none', () => {
    expect(parseCode('4930,275', 7)).toBeUndefined()
    expect(parseCode('4,930,275', 7)).toBe('4930275')
  })

  it('from a long text, in less than 5 ms', () => {
    const worst = [
      '1'.repeat(1e6),
      ' '.repeat(1e6),
      '1 '.repeat(128),
      '1-'.repeat(128),
      ' -'.repeat(128),
      `1${' -'.repeat(127)}`,
      '1.234'.repeat(51),
      '\u30fc'.repeat(256),
      'a1'.repeat(128),
      '\u0661'.repeat(256),
    ]
    for (const typed of worst) {
      const times = Array.from({ length: 5 }, () => {
        const started = performance.now()
        expect(read(typed)).toBeUndefined()
        isMissingCode(typed)
        return performance.now() - started
      })
      expect(Math.min(...times), typed.slice(0, 20)).toBeLessThan(5)
    }
  })
})

it('no text gives a code whose digits are not in it, in this order', () => {
  const pieces = fc.constantFrom(...'0123456789 -\u200d\u0661\uff11.,:e+x#\n\u30fc\u3002\u6708')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (characters) => {
      const code = read(characters.join(''))
      if (code === undefined) return
      const all = characters.join('').replaceAll('\u0661', '1').replaceAll('\uff11', '1')
      expect(all.replace(/\D/g, '')).toContain(code)
      expect(code).toHaveLength(6)
    }),
    { numRuns: 5_000 },
  )
})

describe('a code is missing', () => {
  it.each([
    [''],
    ['   '],
    ['\t\n'],
    ['-'],
    ['\u200b'],
    ['\u3164'],
    ['\u2800'],
    [' '.repeat(256)],
    [undefined],
    [null],
  ])('in %j', (typed) => {
    expect(isMissingCode(typed)).toBe(true)
  })

  it.each([['0'], ['.'], ['x'], ['- 1'], ['\0'], [0], [false], [[]], [{}], [' '.repeat(257)]])(
    'not in %j',
    (typed) => {
      expect(isMissingCode(typed)).toBe(false)
    },
  )
})
