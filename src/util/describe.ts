/** Shows a value in an error message. A URL with a login is not shown. For secrets, see {@link describeSecret}. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    const isShown = value.length <= 80 && !/:\/\/.*@/.test(value)
    return isShown ? JSON.stringify(value) : describeSecret(value)
  }
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Shows the type and size of a value that may be a secret or a user's address, but no part of it. */
export function describeSecret(value: unknown): string {
  if (typeof value === 'string') return `a string of ${Buffer.byteLength(value)} bytes`
  if (value instanceof Uint8Array) return `a buffer of ${value.length} bytes`
  const isNotFinite = typeof value === 'number' && !Number.isFinite(value)
  if (!isNotFinite && SHOWN_BY_TYPE.has(typeof value)) return `a ${typeof value}`
  return describe(value)
}

/** `NaN` and the infinities are shown: they are what is wrong, and no secret. */
const SHOWN_BY_TYPE: ReadonlySet<string> = new Set(['number', 'bigint', 'boolean', 'symbol'])

/** Returns any value as text, even an object without a prototype, which `String` rejects. */
export function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'unknown'
  }
}
