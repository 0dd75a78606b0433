import type { TryArguments } from './arguments.js'
import { openOutgoing } from './outgoing.js'
import { signIn } from './sign-in.js'
import { openTerminal, type Terminal } from './terminal.js'

/**
 * Signs one user in. Closes everything that it opened, also after an error.
 *
 * @param open opens the terminal; default: the one of this process
 * @throws {Exit} when it ends without a sign-in
 */
export async function tryInTerminal(
  { email, route }: TryArguments,
  open: () => Terminal = openTerminal,
): Promise<void> {
  const outgoing = await openOutgoing(route)
  const terminal = open()
  try {
    terminal.print('Sign in with a code sent by e-mail. Press Ctrl-C to stop.\n')
    await Promise.race([signIn(outgoing, terminal, email), terminal.interrupted])
  } finally {
    terminal.close()
    await outgoing.close()
  }
}
