import { connect } from 'node:net'

type Reply = string | null | readonly Reply[]

/**
 * Sends a command to a server over a new connection. Returns its answer as redis-cli prints it, without the line break
 * at the end: one line for each value, and the text of an error. To start redis-cli would take 20 times as long.
 */
export function redisCommand(
  port: number,
  command: readonly string[],
  password?: string,
): Promise<string> {
  const commands = password === undefined ? [command] : [['AUTH', password], command]
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = Buffer.alloc(0)
    socket.setNoDelay().write(commands.map(encode).join(''))
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data])
      const replies = decode(answer, commands.length)
      if (replies === undefined) return
      socket.destroy()
      resolve(
        linesOf(replies.at(-1) ?? null)
          .join('\n')
          .trimEnd(),
      )
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`Redis closed the connection of ${command[0]}`)))
  })
}

function encode(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

/** Reads so many answers in version 2 of the protocol. `undefined` while some bytes are missing. */
function decode(bytes: Buffer, count: number): Reply[] | undefined {
  let at = 0
  const read = (): Reply | undefined => {
    const end = bytes.indexOf('\r\n', at)
    if (end === -1) return undefined
    const type = bytes.toString('latin1', at, at + 1)
    const line = bytes.toString('utf8', at + 1, end)
    at = end + 2
    if (type === '*') return readSome(Number(line))
    if (type !== '$') return line
    if (line === '-1') return null
    const text = bytes.subarray(at, at + Number(line))
    at += text.length + 2
    return at > bytes.length ? undefined : text.toString()
  }
  const readSome = (count: number): Reply[] | undefined => {
    const replies: Reply[] = []
    while (replies.length < count) {
      const reply = read()
      if (reply === undefined) return undefined
      replies.push(reply)
    }
    return replies
  }
  return readSome(count)
}

function linesOf(reply: Reply): string[] {
  return typeof reply === 'object' ? (reply ?? ['']).flatMap(linesOf) : [reply]
}
