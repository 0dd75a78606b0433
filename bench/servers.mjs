// Starts servers for the benches on free ports of this machine, in folders that are removed at the end.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Starts Redis as compose.yaml does: it evicts nothing, and writes its log every second. */
export async function startRedis() {
  const folder = newFolder('redis')
  const port = await freePort()
  const keeping = ['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction']
  const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder]
  const child = spawn('redis-server', [...place, ...keeping], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  running.set(child, folder)
  await line(child, child.stdout, 'Ready to accept connections')
  return { port, stop: () => stop(child, 'SIGTERM', folder) }
}

/** Starts PostgreSQL with its defaults, by which it writes a call to disk before it answers, and with some settings. */
export async function startPostgres(...ownSettings) {
  const root = '/usr/lib/postgresql'
  const [version] = readdirSync(root).sort((a, b) => b - a)
  const program = (name) => join(root, version, 'bin', name)
  const folder = newFolder('postgres')
  const owner = {}
  if (process.getuid() === 0) {
    // PostgreSQL refuses to run as root. Its Debian package creates a user for it.
    owner.uid = Number(execFileSync('id', ['-u', 'postgres']))
    owner.gid = Number(execFileSync('id', ['-g', 'postgres']))
    chownSync(folder, owner.uid, owner.gid)
  }
  const data = join(folder, 'data')
  execFileSync(program('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust'], {
    ...owner,
    stdio: 'ignore',
  })
  const port = await freePort()
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    ...ownSettings,
  ]
  const child = spawn(
    program('postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...owner, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  running.set(child, folder)
  await line(child, child.stderr, 'ready to accept connections')
  return { port, stop: () => stop(child, 'SIGINT', folder) }
}

const newFolder = (name) => mkdtempSync(join(tmpdir(), `bench-${name}-`))

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits for a line of the server. Keeps reading after it, or the pipe would fill up. */
function line(child, stream, text) {
  return new Promise((resolve, reject) => {
    createInterface({ input: stream }).on('line', (each) => {
      if (each.includes(text)) resolve()
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The server ended with exit code ${code}`)))
  })
}

async function stop(child, signal, folder) {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
  rmSync(folder, { recursive: true, force: true })
  running.delete(child)
}

/** The servers and folders that still exist. They are removed after an error or Ctrl-C too. */
const running = new Map()
process.once('exit', () => {
  for (const [child, folder] of running) {
    child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
