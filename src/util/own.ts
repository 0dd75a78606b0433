/**
 * Reads an own property, and `undefined` if the value has none of that name. Data is always read this way: an
 * attacker who can add a property to `Object.prototype` must not be able to add an answer to it.
 */
export function own(value: unknown, name: string | symbol): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string | symbol, unknown>)[name] : undefined
}

/** Copies the named own properties. Properties that the value does not have are `undefined`. */
export function ownFields<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Record<Name, unknown> {
  return Object.fromEntries(names.map((name) => [name, own(value, name)])) as Record<Name, unknown>
}

/**
 * Copies the properties that have a value. What goes into a session has no `undefined`: a store that writes BSON
 * would return it as `null`.
 */
export function withoutUndefined<Fields extends object>(fields: Fields): Fields {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Fields
}

/**
 * Reads a property of an object or of its class, and not one of `Object.prototype`. For requests, responses
 * and sessions, which hosts build from classes.
 */
export function member(value: unknown, name: string): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    if (at === Object.prototype || at === Function.prototype) return undefined
    if (Object.hasOwn(at, name)) return (value as Record<string, unknown>)[name]
  }
  return undefined
}
