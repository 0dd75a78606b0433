// A host as Vercel is: it answers, waits for the promises of waitUntil, then stops the process until the next request.
import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer } from 'node:http'

const contexts = new AsyncLocalStorage()
// Where @vercel/functions looks for the context of the request.
globalThis[Symbol.for('@vercel/request-context')] = { get: () => contexts.getStore() }
const { default: handler } = await import('./app.mjs')

const freeze = () => process.kill(process.pid, 'SIGSTOP')

createServer((req, res) => {
  const promises = []
  // The first listener: without a promise the process is stopped before the application hears of the answer.
  res.once('finish', () => {
    if (req.method !== 'POST') return
    if (promises.length === 0) freeze()
    else void Promise.all(promises).then(freeze)
  })
  contexts.run({ waitUntil: (promise) => void promises.push(promise) }, () => handler(req, res))
}).listen(process.env.PORT)
