import type { TryArguments } from './arguments.js'
import { openOutgoing } from './outgoing.js'
import { signIn } from './sign-in.js'
import { openTerminal } from './terminal.js'

/**
 * Signs one person in, and closes all that it opened, whatever happens.
 *
 * @throws {Exit} when it ends without a sign-in
 */
export async function tryInTerminal({ email, route }: TryArguments): Promise<void> {
  const outgoing = await openOutgoing(route)
  const terminal = openTerminal()
  try {
    terminal.say('Sign in with a code sent by e-mail. Ctrl-C stops.\n')
    await Promise.race([signIn(outgoing, terminal, email), terminal.interrupted])
  } finally {
    terminal.close()
    await outgoing.close()
  }
}
