import { catchMails } from './catcher.js'
import { EXIT, Exit } from './exit.js'
import { openInbox } from './inbox.js'
import { startPageServer } from './page-server.js'

export const STOPPED = 'Stopped.'

/**
 * Serves the sign-in page and an inbox until Ctrl-C. Programs of the user may mail to the inbox too.
 *
 * @throws {Exit} always: the user ends it
 */
export async function tryInBrowser(from: string): Promise<never> {
  const inbox = openInbox()
  const catcher = await catchMails(inbox.add)
  const server = await startPageServer(catcher.url, from, inbox)
  const interrupted = new Promise((resolve) => process.once('SIGINT', resolve))
  process.stdout.write(
    [
      `Sign in:       ${server.url}`,
      `Read the mail: ${server.url}/inbox`,
      `Mail server:   ${catcher.url} (the SMTP_URL for a program of your own)`,
      '\nPress Ctrl-C to stop.\n',
    ].join('\n'),
  )
  await interrupted
  await server.close()
  await catcher.close()
  throw new Exit(EXIT.interrupted, STOPPED)
}
