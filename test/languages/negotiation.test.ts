import { describe, expect, it } from 'vitest'
import { acceptedLanguages } from '../../src/http/accept-language.js'
import { chooseLanguage, findLanguage } from '../../src/util/match-language.js'

const offer = (...tags: string[]) => tags.map((tag) => ({ tag }))
const OURS = offer('en', 'de', 'pt-BR', 'he', 'zh-Hans')

function chosen(header: string, offered = OURS): string | undefined {
  const req = { headers: { 'accept-language': header } }
  return chooseLanguage(acceptedLanguages(req), offered)?.tag
}

describe('Accept-Language chooses', () => {
  it.each([
    ['the one language', 'de', 'de'],
    ['a language for a region of it', 'de-AT', 'de'],
    ['the first of several', 'fr, de, en', 'de'],
    ['the most wanted, not the first', 'en;q=0.5, de;q=0.9', 'de'],
    ['the first of equals', 'de;q=0.8, en;q=0.8', 'de'],
    ['in any case, with any white space', ' DE-at ;  q = 0.9 ,EN;Q=0.1', 'de'],
    ['Brazilian Portuguese for Portuguese', 'pt', 'pt-BR'],
    ['Brazilian Portuguese for a reader in Portugal', 'pt-PT, xx', 'pt-BR'],
    ['Hebrew by its old name', 'iw', 'he'],
    ['Hebrew by its old name, with a region', 'iw-IL', 'he'],
    ['simplified Chinese for Chinese', 'zh', 'zh-Hans'],
    ['simplified Chinese for China', 'zh-CN', 'zh-Hans'],
    ['simplified Chinese for Singapore', 'zh-SG', 'zh-Hans'],
    ['simplified Chinese by a name of three letters', 'cmn', 'zh-Hans'],
    ['a language with unknown subtags', 'zh-cmn-Hans-CN', 'zh-Hans'],
    ['a language with extensions', 'de-DE-u-co-phonebk-x-foo', 'de'],
    ['the first offered language for any', '*', 'en'],
    ['a named language before any other', 'de, *;q=0.5', 'de'],
    ['another language, where that is wanted more', 'en;q=0.5, *;q=0.8', 'de'],
    ['none that is refused', 'en;q=0, *;q=0.5', 'de'],
    ['another than the refused one', 'en;q=0', 'de'],
    ['nothing where nothing is offered', 'fr, it;q=0.5', undefined],
    ['nothing without a header', '', undefined],
  ])('%s: %s', (_name, header, tag) => {
    expect(chosen(header)).toBe(tag)
  })

  it.each([
    ['the other language of the reader', 'zh-TW, en;q=0.7', 'en'],
    ['the other language, as Chrome in Taiwan asks', 'zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7', 'en'],
    ['the other language, as Chrome in Hong Kong asks', 'zh-HK,zh;q=0.9,de;q=0.8', 'de'],
    ['simplified Chinese, where the reader wants it too', 'zh-TW,zh-CN;q=0.9,en;q=0.8', 'zh-Hans'],
    ['simplified Chinese, where the reader names nothing else', 'zh-TW,zh;q=0.9', 'zh-Hans'],
  ])('for a reader of traditional Chinese %s: %s', (_name, header, tag) => {
    expect(chosen(header)).toBe(tag)
  })

  const CHINESE = ['en', 'zh-Hans', 'zh-Hant']
  const REGIONS = ['pt-PT', 'pt-BR', 'en-GB']
  const SCRIPTS = ['sr-Latn', 'sr']
  it.each([
    ['the script of the reader', 'zh-TW,zh;q=0.9,en;q=0.8', CHINESE, 'zh-Hant'],
    ['the script of the reader’s region', 'zh-HK', CHINESE, 'zh-Hant'],
    ['the script of the reader’s region', 'zh-CN,zh;q=0.9', CHINESE, 'zh-Hans'],
    ['the usual script', 'zh', CHINESE, 'zh-Hans'],
    ['the usual script', 'sr', SCRIPTS, 'sr'],
    ['the script of the reader', 'sr-Latn-RS', SCRIPTS, 'sr-Latn'],
    ['the script of the reader’s region', 'sr-ME', SCRIPTS, 'sr-Latn'],
    ['the usual region', 'pt', REGIONS, 'pt-BR'],
    ['the region of the reader', 'pt-PT', REGIONS, 'pt-PT'],
    ['the region that is nearest', 'pt-AO', REGIONS, 'pt-PT'],
    ['another region', 'en-US', REGIONS, 'en-GB'],
  ])('of several of one language %s: %s', (_name, header, tags, tag) => {
    expect(chosen(header, offer(...tags))).toBe(tag)
  })

  it.each([
    ['no', 'nb', 'nb'],
    ['nb-NO, en', 'no', 'no'],
    ['no-NO,nb;q=0.9', 'nb', 'nb'],
    ['in-ID', 'id', 'id'],
    ['tl', 'fil', 'fil'],
    ['mo', 'ro', 'ro'],
    ['sh', 'sr-Latn', 'sr-Latn'],
  ])('a language by another of its names: %s for %s', (header, offered, tag) => {
    expect(chosen(header, offer('en', offered))).toBe(tag)
  })

  it.each([
    ['q above 1', 'de;q=2, en', 'en'],
    ['q that is no number', 'de;q=x, en', 'en'],
    ['a negative q', 'de;q=-1, en', 'en'],
    ['another parameter', 'de;x=1, en', 'en'],
    ['no tag', ';q=1, ,,, en', 'en'],
    ['markup', '<script>alert(1)</script>, en', 'en'],
    ['a tag that Intl rejects', 'i-klingon, x-a, a, 1234, de-, -de, en', 'de'],
    ['control characters', 'd\u0000e, \u{1f600}, en', 'en'],
  ])('what is left of a header with %s', (_name, header, tag) => {
    expect(chosen(header)).toBe(tag)
  })

  it.each(['de,', 'xx,', 'de-x-', 'zh-cmn-', '*,', 'en;q=0,', ';', ' '])(
    'from the beginning of a header of a million times %j',
    (part) => {
      expect(chosen(`de, ${part.repeat(1_000_000)}`)).toBe('de')
    },
  )

  it('nothing from what is far behind in a long header', () => {
    expect(chosen(`${'xx,'.repeat(31)}de`)).toBe('de')
    expect(chosen(`${'xx,'.repeat(32)}de`)).toBeUndefined()
    expect(chosen(`fr,${' '.repeat(1_000)}de`)).toBeUndefined()
  })

  it('from a header that a host gives as a list, or in a web-style Headers object', () => {
    const list = { headers: { 'accept-language': ['fr', 'de;q=0.5'] } }
    expect(chooseLanguage(acceptedLanguages(list), OURS)?.tag).toBe('de')
    const web = { headers: new Headers({ 'Accept-Language': 'iw' }) }
    expect(chooseLanguage(acceptedLanguages(web), OURS)?.tag).toBe('he')
  })
})

describe('a stored language is found', () => {
  it.each([
    ['de', 'de'],
    ['de-CH', 'de'],
    ['de_AT', 'de'],
    ['pt_PT.UTF-8', 'pt-BR'],
    ['de@euro', 'de'],
    ['iw_IL', 'he'],
    ['ZH-hans', 'zh-Hans'],
  ])('%s is %s', (tag, expected) => {
    expect(findLanguage(tag, OURS)?.tag).toBe(expected)
  })

  it.each([
    'fr',
    'zh-TW',
    'de-Cyrl',
    '',
    '*',
    'x',
    'C',
    'POSIX',
    'null',
    7,
    null,
    undefined,
    {},
    ['de'],
  ])('%j is none that is offered', (tag) => {
    expect(findLanguage(tag, OURS)).toBeUndefined()
  })

  it('also in a text without end', () => {
    expect(findLanguage('de-'.repeat(1_000_000), OURS)?.tag).toBe('de')
  })
})
