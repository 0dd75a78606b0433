import { createHash, type KeyObject, verify } from 'node:crypto'

/** Whether the first DKIM signature of a mail fits, with relaxed canonicalization of head and body (RFC 6376). */
export function isSigned(raw: string, publicKey: KeyObject): boolean {
  const end = raw.indexOf('\r\n\r\n')
  const fields = raw.slice(0, end).split(/\r\n(?![ \t])/)
  const signature = fields.find((field) => /^dkim-signature:/i.test(field)) ?? ''
  const tags = Object.fromEntries(
    [...signature.replace(/^[^:]*:|\s/g, '').matchAll(/(\w+)=([^;]*)/g)].map((tag) => tag.slice(1)),
  )
  const body = raw
    .slice(end + 4)
    .replace(/[ \t]+/g, ' ')
    .replace(/ \r\n/g, '\r\n')
    .replace(/(\r\n)*$/, '\r\n')
  if (createHash('sha256').update(body, 'latin1').digest('base64') !== tags.bh) return false
  const signed = tags.h.split(':').map((name: string) => {
    const field = fields.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    return field === undefined ? '' : `${relaxed(field)}\r\n`
  })
  const own = relaxed(signature.replace(/(\bb=)[^;]*$/, '$1'))
  const data = Buffer.from(signed.join('') + own, 'latin1')
  return verify('sha256', data, publicKey, Buffer.from(tags.b, 'base64'))
}

function relaxed(field: string): string {
  const [name = '', ...value] = field.replace(/\s+/g, ' ').split(':')
  return `${name.toLowerCase().trim()}:${value.join(':').trim()}`
}
