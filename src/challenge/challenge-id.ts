import { type KeyObject, randomBytes } from 'node:crypto'
import { macOfFields } from './mac.js'

const ID_BYTES = 16

/** What two clicks on one button have in common. */
export interface Wish {
  /** 128 random bits in base64url that the server keeps for this visitor, never anything that a form sends. */
  readonly seed: string
  /** The strategy's name. */
  readonly name: string
  readonly purpose: string
  readonly subject: string | null
  readonly email: string
}

/** 128 random bits in base64url. */
export function randomId(): string {
  return randomBytes(ID_BYTES).toString('base64url')
}

/**
 * Returns the id of the challenge that a wish opens. Two clicks on one button, whose requests know nothing of each
 * other, name the same challenge, so that the store opens one, and one mail is sent.
 *
 * The id changes twice in each lifetime: a store keeps a used challenge only until the end of its lifetime, and after
 * that an old request that is sent again must not bring the same id back, and with it the code. The other half of the
 * lifetime is how far the clock of one process may lag behind that of another, or be set back.
 */
export function idOfWish(key: KeyObject, wish: Wish, ttlMs: number): string {
  return macOfFields(key, [
    Buffer.from(wish.seed, 'base64url'),
    Buffer.from(wish.name),
    Buffer.from(wish.purpose),
    Buffer.from(wish.subject ?? ''),
    Buffer.from(wish.email),
    Buffer.from(String(Math.floor(Date.now() / (ttlMs / 2)))),
  ])
    .subarray(0, ID_BYTES)
    .toString('base64url')
}
