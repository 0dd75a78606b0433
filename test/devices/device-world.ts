import { createHmac, randomBytes } from 'node:crypto'
import type { Response } from 'supertest'
import { deriveAddressHashKey, deriveBrowserKey, hashAddress } from '../../src/challenge/keys.js'
import { SECRET } from '../helpers/mail.js'
import { ADA, createWorld, type World, type WorldOptions } from '../helpers/world.js'

export const COOKIE = 'email-otp.device'
export const DEVICE_DAYS = 180

/** An application that keeps its mails instead of sending them. */
export async function deviceWorld(options: WorldOptions = {}) {
  const mails: { to: string; code: string }[] = []
  const world = await createWorld({ sendCode: (mail) => void mails.push(mail), ...options })
  /** Signs in, and gives the cookie of the device: what a later browser shows. */
  const signIn = async (email = ADA, headers: Record<string, string> = {}) => {
    const client = world.client(headers)
    const asked = await client.requestCode(email)
    const code = mails.at(-1)?.code
    const answer = await client.enterCode(code)
    if (answer.status !== 200) throw new Error(`not signed in: ${asked.text} ${answer.text}`)
    return { answer, device: setCookies(answer).find((line) => line.startsWith(COOKIE)) }
  }
  return { ...world, mails, signIn }
}

export function setCookies({ headers }: Response): string[] {
  return ([] as string[]).concat(headers['set-cookie'] ?? [])
}

/** The first part of a `Set-Cookie` line: what the browser sends back. */
export function sentBack(line: string | undefined): string {
  const [pair = ''] = String(line).split(';')
  return pair
}

/** On which budget the store was last asked to count. */
export function budgetOf({ calls }: Pick<World, 'calls'>): string | undefined {
  const opens = calls.filter(({ verb }) => verb === 'open')
  return opens.at(-1)?.request.budget.key
}

/** Uses up what strangers may ask for. */
export async function drain({ client }: Pick<World, 'client'>, email = ADA): Promise<void> {
  while ((await client().requestCode(email)).status === 202);
}

/** The cookie as the strategy makes it, or as somebody would who has a key and other ideas. */
export function forgedCookie({
  email = ADA,
  secret = SECRET,
  endSeconds = Math.floor(Date.now() / 1000) + DEVICE_DAYS * 24 * 60 * 60,
  addressHash = hashAddress(deriveAddressHashKey(Buffer.from(secret)), email),
  name = 'email-otp',
}: {
  email?: string
  secret?: string
  endSeconds?: number
  addressHash?: string
  name?: string
} = {}): string {
  const signed = Buffer.alloc(22)
  randomBytes(16).copy(signed)
  signed.writeUIntBE(endSeconds, 16, 6)
  const key = deriveBrowserKey(Buffer.from(secret))
  const mac = createHmac('sha256', key).update(signed).update(addressHash).update(name).digest()
  return Buffer.concat([signed, mac]).toString('base64url')
}
