import { answered } from '../http/response.js'
import { problemText } from '../util/problem-text.js'
import type { Exchange } from './exchange.js'

/**
 * How long the work waits for a response that does not report its end, and for a hook that does not run its
 * task. After that it starts anyway, because the user waits for the mail.
 */
const START_LIMIT_MS = 5_000

/**
 * Runs work once the request is answered, because its time would tell who has an account. Call it before the
 * answer: the application's `afterResponse` receives the work as a function, so that the host keeps the process
 * running for it. A promise would not do, because its work has begun before the answer.
 */
export function runAfterResponse(
  exchange: Omit<Exchange, 'catalogue'>,
  work: () => Promise<void>,
): void {
  const { settings, req, background } = exchange
  const answer = answered(req, START_LIMIT_MS)
  let running: Promise<void> | undefined
  let end = () => {}
  background.track(new Promise<void>((resolve) => (end = resolve)))
  const run = () => {
    running ??= answer
      .then(work)
      .catch((err) => warn(`Work after a response failed: ${problemText(err)}`))
      .finally(end)
    return running
  }
  if (!settings.afterResponse) return void run()

  const timer = setTimeout(() => {
    warn(`afterResponse has not run its task within ${START_LIMIT_MS / 1000} seconds. ${WITHOUT}`)
    void run()
  }, START_LIMIT_MS)
  const task = () => {
    clearTimeout(timer)
    return run()
  }
  const onThrow = (err: unknown) => {
    warn(`afterResponse threw: ${problemText(err)}. ${WITHOUT}`)
    void task()
  }
  try {
    Promise.resolve(settings.afterResponse(task, req)).catch(onThrow)
  } catch (err) {
    onThrow(err)
  }
}

const WITHOUT = 'The strategy runs it, but the host does not wait for the mail.'

function warn(text: string): void {
  process.emitWarning(text, { code: 'EMAIL_OTP_AFTER_RESPONSE' })
}
