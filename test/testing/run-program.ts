import { execFile } from 'node:child_process'

/** Runs a program of Node.js outside of this test runner, and returns its output and exit code. */
export function runProgram(
  folder: string,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  // The variables of this runner must not reach the processes of another one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|TEST$|FORCE_COLOR)/.test(name)),
  )
  const options = { cwd: folder, env: { ...env, NO_COLOR: '1' } }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (err, stdout, stderr) => {
      resolve({ code: Number(err?.code ?? 0), output: `${stdout}${stderr}` })
    })
  })
}
