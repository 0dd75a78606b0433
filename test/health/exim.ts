import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Certificate } from '../helpers/certificates.js'
import { freePort, isListening } from '../helpers/free-port.js'
import { until } from '../helpers/until.js'

const PROGRAM = '/usr/sbin/exim4'

/** Why there is no exim; `undefined` if there is one. In CI a missing exim is a failure. */
export const noExim = existsSync(PROGRAM)
  ? undefined
  : 'no exim: install the Debian package "exim4-daemon-light"'
if (noExim && process.env.CI) throw new Error(noExim)
// Reporters do not say why tests are skipped.
if (noExim) console.warn(`The tests with exim are skipped: ${noExim}`)

export interface EximOptions {
  /** The only login that it accepts. */
  readonly user: string
  readonly pass: string
  /** What it says when it rejects a recipient: a string that exim expands. */
  readonly refusal?: string | undefined
  /** Lines of the main part. Default: none. */
  readonly settings?: string | undefined
  /** The conditions under which it accepts a recipient, and a message. Default: no recipient, every message. */
  readonly rcpt?: string | undefined
  readonly data?: string | undefined
  /** Offers STARTTLS with this certificate. Default: plain text only. */
  readonly certificate?: Certificate | undefined
}

/** Runs exim on a free port, with its own files. It accepts one login, and keeps the mails that it accepts. */
export async function startExim(options: EximOptions) {
  const { user, pass, refusal = 'no', certificate } = options
  const { settings = '', rcpt, data = 'accept' } = options
  const folder = await mkdtemp(join(tmpdir(), 'exim-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'spool'))
  const port = await freePort()
  const { username } = userInfo()
  const file = join(folder, 'exim.conf')
  if (certificate) {
    for (const [name, text] of Object.entries(certificate)) {
      await writeFile(join(folder, `${name}.pem`), text, { mode: 0o600 })
    }
  }
  await writeFile(
    file,
    `primary_hostname = mail.acme.example
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
keep_environment =
exim_user = ${username}
exim_group = ${userInfo().gid}
tls_advertise_hosts =${certificate ? ' *' : ''}
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = *
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
${settings}
queue_only
acl_smtp_rcpt = recipient
acl_smtp_data = message
begin acl
recipient:
  ${rcpt ?? `deny\n    message = ${refusal}`}
message:
  ${data}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${user}}}{eq{$auth3}{${pass}}}}}
`,
  )
  // exim rejects a configuration file that other users can write.
  await chmod(file, 0o600)
  const exim = spawn(PROGRAM, ['-C', file, '-bdf', '-oP', join(folder, 'pid')], { stdio: 'pipe' })
  let output = ''
  for (const stream of [exim.stdout, exim.stderr]) stream.on('data', (text) => (output += text))
  const ended = once(exim, 'exit')
  onTestFinished(async () => {
    exim.kill()
    await ended
  })
  await Promise.race([
    until(() => isListening(port)),
    ended.then(() => Promise.reject(new Error(`exim has ended: ${output}`))),
  ])
  return {
    port,
    folder,
    /** How many mails it has accepted. */
    accepted: async () => {
      const files = await readdir(join(folder, 'spool/input')).catch(() => [])
      return files.filter((name) => name.endsWith('-H')).length
    },
  }
}
