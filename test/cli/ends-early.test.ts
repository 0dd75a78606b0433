import { spawn, spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startSmtp } from '../helpers/smtp.js'
import { ADDRESS, buildProgram, CODE, NEW, PROGRAM, Run, start, wrong } from './program.js'

beforeAll(buildProgram, 120_000)

const ENDED = 'The input ended before a right code was entered. Nobody is signed in.\n'
const STOPPED = 'Stopped. Nobody is signed in.\n'

/** `--catch` is a whole run without a server of the test's. */
const caught = (...more: string[]) => start(['try', '--catch', ...more])
const codeIn = (said: string) => String(said.match(/(?<!\d)\d{6,8}(?!\d)/)?.[0])

describe('the end of the input', () => {
  test('at the address', async () => {
    const run = caught()
    await run.until(ADDRESS)
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })

  test('at the code', async () => {
    const run = caught('--email', 'ada@example.com')
    await run.until(CODE)
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })

  test('at the offer of a new code', async () => {
    const run = caught('--email', 'ada@example.com')
    const code = codeIn(await run.until(CODE))
    for (let i = 0; i < 5; i++) {
      run.type(`${wrong(code)}\n`)
      await run.until(i < 4 ? CODE : NEW)
    }
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })

  test('before anything, as with < /dev/null', async () => {
    const run = caught()
    run.endInput()
    expect(await run.ended()).toMatchObject({ code: 1, stderr: ENDED })
  })
})

test('all lines of a pipe count, also those that came before the question', async () => {
  const run = caught()
  run.type('nobody\nada@example.com\nabc\n12345')
  run.endInput()
  const { code, stdout, stderr } = await run.ended()
  expect(stdout.match(/Enter all digits of the code/g)).toHaveLength(2)
  expect({ code, stderr }).toEqual({ code: 1, stderr: ENDED })
})

describe('SIGINT', () => {
  test.each([
    ['at the address', [], ADDRESS],
    ['at the code', ['--email', 'ada@example.com'], CODE],
  ])('%s', async (_where, args, prompt) => {
    const run = caught(...args)
    await run.until(prompt)
    run.interrupt()
    const { code, stdout, stderr } = await run.ended()
    expect({ code, stderr }).toEqual({ code: 130, stderr: STOPPED })
    expect(stdout.endsWith(`${prompt}\n`)).toBe(true)
  })

  test('while a mail is on its way, at once', async () => {
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

test('a reader that goes away (| head) ends it without a word', async () => {
  const run = caught()
  await run.until(ADDRESS)
  run.stopReading()
  run.type('ada@example.com\n')
  expect(await run.ended()).toMatchObject({ code: 1, stderr: '' })
})

const hasScript = spawnSync('script', ['--version']).status === 0
if (!hasScript && !process.env.CI) console.warn('skipped: terminal tests need util-linux (script)')

/** In a pseudo-terminal: what `script` is given on stdin are the keys that are pressed. */
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

  test('the right code signs in', async () => {
    const run = press('try --catch')
    await run.until(ADDRESS)
    run.type('ada@example.cmo\x7f\x7f\x7fcom\r')
    const said = await run.until(CODE)
    run.type(`${codeIn(said)}\r`)
    const { code, stdout } = await run.ended()
    expect(stdout).toContain('Signed in as ada@example.com.\r\n')
    expect(stdout).toContain('RESTORED')
    expect(code).toBe(0)
  })

  test.each([
    ['Ctrl-C at the address', '', '\x03', ADDRESS, 130, STOPPED],
    ['Ctrl-C at the code', '--email a@example.com', '\x03', CODE, 130, STOPPED],
    ['Ctrl-D at the address', '', '\x04', ADDRESS, 1, ENDED],
    ['Ctrl-D at the code', '--email a@example.com', '\x04', CODE, 1, ENDED],
  ])('%s: a short word on a line of its own, and the terminal as it was', async (...row) => {
    const [, args, key, prompt, exitCode, words] = row
    const run = press(`try --catch ${args}`)
    await run.until(prompt)
    run.type(key)
    const { code, stdout } = await run.ended()
    expect(stdout).toContain(`\r\n${words.trim()}\r\nRESTORED`)
    expect(code).toBe(exitCode)
  })
})
