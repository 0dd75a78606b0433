import { ownFields } from './own.js'

/** Addresses, URLs with a login in them, and the query of a URL, where services take keys. */
const SECRETIVE = /\S*@\S*|\?\S+/g

/**
 * The first line of anything that was thrown, without what may be secret. Node's error for a host of several
 * addresses that all refuse has a code and no message.
 */
export function problemText(thrown: unknown): string {
  try {
    const { message, code, name } = ownFields(thrown, ['message', 'code', 'name'])
    const [line = ''] = String(message || code || name || thrown).split('\n')
    return line.replace(SECRETIVE, '[hidden]')
  } catch {
    return 'unknown'
  }
}
