import { spawn, spawnSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { signedInText } from '../../src/cli/sign-in.js'
import * as terminal from '../../src/cli/terminal.js'
import { en } from '../../src/languages/en.js'
import { describeOnUnix } from '../helpers/on-unix.js'
import { startSmtp } from '../helpers/smtp.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tryHere } from './in-process.js'
import { ADDRESS, CODE, NEW, PROGRAM, Run, start } from './program.js'

const ENDED = `${terminal.ENDED}\n`
const STOPPED = `${terminal.STOPPED}\n`

/** With `--catch` the test needs no mail server. */
const caught = (...more: string[]) => start(['try', '--catch', ...more])
const codeIn = (said: string) => String(said.match(/(?<!\d)\d{6,8}(?!\d)/)?.[0])

describe('exits with code 1 if the input ends', () => {
  test.each([
    ['at the prompt for the address', [], ADDRESS],
    ['at the prompt for the code', ['--email', 'ada@example.com'], CODE],
  ])('%s', async (_where, args, prompt) => {
    const run = tryHere(['--catch', ...args])
    await run.until(prompt)
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })

  test('at the prompt for a new code', async () => {
    const run = tryHere(['--catch', '--email', 'ada@example.com'])
    const code = codeIn(await run.until(CODE))
    for (let i = 0; i < 5; i++) {
      run.type(`${wrongCode(code)}\n`)
      await run.until(i < 4 ? CODE : NEW)
    }
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })

  test('before any line, as with < /dev/null', async () => {
    const run = caught()
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })
})

test('reads all lines of a pipe, also those that arrive before their prompt', async () => {
  const run = caught()
  run.type('nobody\nada@example.com\nabc\n12345')
  run.endInput()
  const { code, stdout, stderr } = await run.ended()
  expect(stdout.split(en.reasons.malformed_code({ digits: 6 }))).toHaveLength(1 + 2)
  expect({ code, stderr }).toEqual({ code: 1, stderr: ENDED })
})

describeOnUnix('exits with code 130 after SIGINT', () => {
  test('at a prompt', async () => {
    const run = caught('--email', 'ada@example.com')
    await run.until(CODE)
    run.interrupt()
    const { code, stdout, stderr } = await run.ended()
    expect({ code, stderr }).toEqual({ code: 130, stderr: STOPPED })
    expect(stdout.endsWith(`${CODE}\n`)).toBe(true)
  })

  test('at a prompt where the reader of the output has ended by it too (| tee)', async () => {
    const run = caught('--email', 'ada@example.com')
    await run.until(CODE)
    run.stopReading()
    run.interrupt()
    expect(await run.ended()).toMatchObject({ code: 130, stderr: STOPPED })
  })

  test('before anything has been started', async () => {
    // Only for the first listener: the program has to end without a second signal.
    const interrupt = `process.on('newListener', function first(name) {
      if (name !== 'SIGINT') return
      process.off('newListener', first)
      process.nextTick(() => process.emit('SIGINT'))
    })`
    const source = encodeURIComponent(interrupt)
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${source}` }
    expect((await start(['try', '--catch'], { env }).ended()).code).toBe(130)
  })

  test('at once while a mail is being sent', async () => {
    const smtp = await startSmtp()
    onTestFinished(() => smtp.close())
    smtp.hold()
    const run = start([
      'try',
      '--smtp',
      smtp.url,
      '--from',
      'a@b.example',
      '--email',
      'c@d.example',
    ])
    await smtp.next()
    run.interrupt()
    const stopped = performance.now()
    expect(await run.ended()).toMatchObject({ code: 130, stderr: STOPPED })
    expect(performance.now() - stopped).toBeLessThan(5_000) // the send's own limit is 10 s
    smtp.release()
  })
})

test('exits without a message if the reader of its output ends (| head)', async () => {
  const run = caught()
  await run.until(ADDRESS)
  run.stopReading()
  run.type('ada@example.com\n')
  expect(await run.ended()).toMatchObject({ code: 1, stderr: '' })
})

test('exits with the code of the reason if the reader of its messages ends', async () => {
  const run = start(['try'])
  run.stopReading('stderr')
  expect(await run.ended()).toMatchObject({ code: 2, stderr: '' })
})

const hasScript = spawnSync('script', ['--version']).status === 0
if (!hasScript && !process.env.CI) console.warn('skipped: terminal tests need util-linux (script)')

/** Runs in a pseudo-terminal. `script` passes its stdin on as pressed keys. */
describe.skipIf(!hasScript && !process.env.CI)('in a terminal', () => {
  function press(args: string): Run {
    const state = `stty -a | grep -qE -- '-icanon|-echo ' && echo RAW || echo RESTORED`
    const command = `'${process.execPath}' '${PROGRAM}' ${args}; code=$?; ${state}; exit $code`
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh' },
      stdio: 'pipe',
    })
    return new Run(child)
  }

  test('signs in with the right code', async () => {
    const run = press('try --catch')
    await run.until(ADDRESS)
    run.type('ada@example.cmo\x7f\x7f\x7fcom\r')
    const said = await run.until(CODE)
    run.type(`${codeIn(said)}\r`)
    const { code, stdout } = await run.ended()
    expect(stdout).toContain(`${signedInText('ada@example.com')}\r\n`)
    expect(stdout).toContain('RESTORED')
    expect(code).toBe(0)
  })

  test.each([
    ['Ctrl-C at the code', '--email a@example.com', '\x03', CODE, 130, STOPPED],
    ['Ctrl-D at the address', '', '\x04', ADDRESS, 1, ENDED],
  ])('prints a short message and restores the terminal after %s', async (...row) => {
    const [, args, key, prompt, exitCode, words] = row
    const run = press(`try --catch ${args}`)
    await run.until(prompt)
    run.type(key)
    const { code, stdout } = await run.ended()
    expect(stdout).toContain(`\r\n${words.trim()}\r\nRESTORED`)
    expect(code).toBe(exitCode)
  })
})
