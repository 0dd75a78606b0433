import { createPrivateKey, KeyObject } from 'node:crypto'
import { describeSecret } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'
import { own, ownFields } from '../util/own.js'

const EXPECTED =
  'keys that each have a domainName, a keySelector and an RSA private key in PEM form, with line breaks rather than "\\n"'

/**
 * Checks the keys that sign the mails. With one that it cannot read, nodemailer would send the mails without a signature.
 *
 * @param signer nodemailer's signer, if there is one
 * @throws TypeError that shows no part of a key
 */
export function checkDkimKeys(signer: unknown): void {
  if (!signer) return
  const wrong = (got: string) => wrongOption('mailer', 'transport.dkim', got, EXPECTED)
  const keys = own(signer, 'keys')
  if (!Array.isArray(keys) || keys.length === 0) throw wrong('no key')
  for (const key of keys) {
    const { privateKey, ...names } = ownFields(key, ['privateKey', 'domainName', 'keySelector'])
    const missing = Object.entries(names).find(([, name]) => !name)
    if (missing) throw wrong(`a key without a ${missing[0]}`)
    if (!canSign(privateKey)) {
      throw wrong(`a private key that cannot be used: ${describeSecret(privateKey)}`)
    }
  }
}

/** Reads the key as nodemailer does, so that every form that it accepts is accepted. It signs with RSA alone. */
function canSign(privateKey: unknown): boolean {
  try {
    const isRead = privateKey instanceof KeyObject
    const key = isRead ? privateKey : createPrivateKey(privateKey as string)
    return key.type === 'private' && key.asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
