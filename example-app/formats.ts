import express from 'express'

/** The host names of the loopback interface. */
export const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

export function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

export function isLoopbackOrigin(value: string): boolean {
  return isOrigin(value) && LOOPBACK.includes(new URL(value).hostname.replace(/[[\]]/g, ''))
}

export function isTrustProxy(value: string): boolean {
  if (/^\d$/.test(value)) return true
  try {
    express().set('trust proxy', value)
    return true
  } catch {
    return false
  }
}

/**
 * Whether this is a URL of a server with one of these protocols and with such a path. An unencoded `/`, `?` or
 * `#` in the password ends the host early, and the rest of the URL then does not match.
 */
export function isServerUrl(value: string, protocols: readonly string[], path: RegExp): boolean {
  if (!/^[a-z]+:\/\//.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  if (!protocols.includes(url.protocol) || url.hostname === '') return false
  return path.test(url.pathname) && !url.search.includes('@') && url.hash === '' && isDecodable(url)
}

/** Whether this is `sqlite:` and the path of a file: `sqlite:./data.db`, or `sqlite:///var/lib/app/data.db`. */
export function isSqliteUrl(value: string): boolean {
  const [, path] = /^sqlite:(?:\/\/(?=\/))?([^:/?#][^?#]*|\/[^/?#][^?#]*)$/.exec(value) ?? []
  return path !== undefined && !path.endsWith('/')
}

/** Whether user and password can be decoded. A single `%` makes clients throw an error that explains nothing. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}

/** `name@host`, or `Name <name@host>`. */
export function isFromAddress(value: string): boolean {
  return /^[^<>@\s]+@[^<>@\s]+$|<[^<>@\s]+@[^<>@\s]+>$/.test(value)
}
