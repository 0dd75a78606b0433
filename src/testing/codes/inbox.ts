import { randomInt } from 'node:crypto'
// Not the global ones, which tests replace by fake timers.
import { clearTimeout, setTimeout } from 'node:timers'
import { parseEmail } from '../../challenge/email.js'
import { checkNames, optionReader } from '../../util/option-reader.js'

/** What every inbox of a test holds. */
export interface ReceivedCode {
  readonly to: string
  /** Empty for a mail without a code. */
  readonly code: string
}

/** Options of `next`. */
export interface NextOptions {
  /** How long to wait for a code, 1 to 300 seconds. Default 4, because many runners end a test after 5. */
  readonly timeoutSeconds?: number | undefined
}

/** The codes that a test receives. */
export interface Inbox<Received extends ReceivedCode> {
  /**
   * Waits for the next code to this address, or to any address, and returns each only once.
   *
   * @throws Error if none comes in time or none can come any more, and TypeError unless `email` is one address
   */
  next(email?: string | undefined, options?: NextOptions): Promise<Received>
  /** Everything that was received since the last `reset()`, oldest first, whether `next` has returned it or not. */
  readonly all: readonly Received[]
  /** Returns a new address at each call: an address that tests use again meets the send limit. */
  address(): string
  /** Forgets what was received. A `next` that still waits rejects. */
  reset(): void
}

interface Waiter<Received> {
  readonly email: string | undefined
  resolve(received: Received): void
  reject(err: Error): void
}

/** An inbox, and what fills it. */
export interface OpenInbox<Received extends ReceivedCode> {
  readonly inbox: Inbox<Received>
  readonly add: (received: Received) => void
  /** Nothing can come any more, because `call` was called: each `next` that waits rejects, and each later one. */
  readonly end: (call: string) => void
}

export function openInbox<Received extends ReceivedCode>(): OpenInbox<Received> {
  let endedBy: string | undefined
  const all: Received[] = []
  const unread: Received[] = []
  const waiters = new Set<Waiter<Received>>()

  function add(received: Received): void {
    all.push(received)
    if (received.code === '') return
    const waiter = [...waiters].find(({ email }) => email === undefined || email === received.to)
    if (waiter) waiter.resolve(received)
    else unread.push(received)
  }

  function wait(email: string | undefined, seconds: number): Promise<Received> {
    return new Promise<Received>((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        waiters.delete(waiter)
      }
      const waiter: Waiter<Received> = {
        email,
        resolve: (received) => {
          end()
          resolve(received)
        },
        reject: (err) => {
          end()
          reject(err)
        },
      }
      const timer = setTimeout(() => waiter.reject(noCode(email, seconds, all)), seconds * 1000)
      waiters.add(waiter)
    })
  }

  async function next(email?: string, options: NextOptions = {}): Promise<Received> {
    const to = email === undefined ? undefined : oneAddress(email)
    const seconds = readSeconds(options)
    const index = unread.findIndex((received) => to === undefined || to === received.to)
    const [found] = index < 0 ? [] : unread.splice(index, 1)
    if (found !== undefined) return found
    if (endedBy === undefined) return wait(to, seconds)
    throw new Error(`next: no code${forWhom(to)}: ${endedBy} was called before`)
  }

  function rejectAll(call: string): void {
    for (const { email, reject } of waiters) {
      reject(new Error(`next: no code${forWhom(email)} had come when ${call} was called`))
    }
  }

  function reset(): void {
    all.length = 0
    unread.length = 0
    rejectAll('reset()')
  }

  function end(call: string): void {
    endedBy ??= call
    rejectAll(call)
  }

  return { inbox: { next, all, address: newAddress, reset }, add, end }
}

function forWhom(email: string | undefined): string {
  return email === undefined ? '' : ` for ${email}`
}

/** Letters only, so that no digits of an address look like a code. */
function newAddress(): string {
  const letters = Array.from({ length: 16 }, () => String.fromCharCode(97 + randomInt(26)))
  return `${letters.join('')}@example.com`
}

function oneAddress(email: unknown): string {
  const address = parseEmail(email)
  if (address !== undefined) return address
  throw new TypeError(`next: expected one e-mail address; got ${JSON.stringify(email)}`)
}

function readSeconds(options: NextOptions): number {
  checkNames('next', options, ['timeoutSeconds'])
  const limits = { fallback: 4, min: 1, max: 300 }
  return optionReader('next', options).wholeNumber('timeoutSeconds', limits)
}

function noCode(
  email: string | undefined,
  seconds: number,
  all: readonly { readonly to: string }[],
): Error {
  const others = [...new Set(all.map(({ to }) => to))]
  return new Error(
    `next: no${others.length > 0 ? ' new' : ''} code${forWhom(email)} within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}. ` +
      `Received since the last reset(): ${others.join(', ') || 'nothing'}. ` +
      'Look at the answer to the request: only code_sent sends one, and not again within resendAfterSeconds',
  )
}
