import { BlockList, isIP } from 'node:net'
import { ownFields } from '../util/own.js'

/** With one of these, nodemailer connects elsewhere than to `host`, or over a socket of the application. */
const OTHER_WAYS = ['proxy', 'socket', 'connection', 'getSocket'] as const

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/**
 * Makes nodemailer require TLS if it logs in and the server is not this machine. By default it uses STARTTLS only
 * if the server offers it, and an attacker on the way can remove the offer to read the password. For nodemailer,
 * `requireTLS` takes precedence over `ignoreTLS` and `opportunisticTLS`.
 *
 * @param options the options in force, those of a URL or a service among them; changed in place
 */
export function protectPassword(options: unknown): void {
  const { auth, host, ...ways } = ownFields(options, ['auth', 'host', ...OTHER_WAYS])
  if (!auth) return
  const isDirect = OTHER_WAYS.every((way) => !ways[way])
  if (isDirect && isThisMachine(host)) return
  Object.assign(options as object, { requireTLS: true })
}

/** Whether a host is certainly this machine. Other names under `localhost` may be looked up elsewhere. */
function isThisMachine(host: unknown): boolean {
  if (typeof host !== 'string') return false
  const name = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(name)
  if (family === 0) return /^localhost\.?$/i.test(name)
  return LOOPBACK.check(name, family === 6 ? 'ipv6' : 'ipv4')
}
