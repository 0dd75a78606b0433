import type { TryArguments } from './arguments.js'
import { openOutgoing } from './outgoing.js'
import { signIn } from './sign-in.js'
import { openTerminal, type Program } from './terminal.js'

/**
 * Signs one user in. Closes everything that it opened, also after an error.
 *
 * @param program whose terminal it is; default: this process
 * @throws {Exit} when it ends without a sign-in
 */
export async function tryInTerminal(
  { email, route }: TryArguments,
  program: Program = process,
): Promise<void> {
  const outgoing = await openOutgoing(route)
  const terminal = openTerminal(program)
  try {
    terminal.print('Sign in with a code sent by e-mail. Press Ctrl-C to stop.\n')
    await Promise.race([signIn(outgoing, terminal, email), terminal.interrupted])
  } finally {
    terminal.close()
    await outgoing.close()
  }
}
