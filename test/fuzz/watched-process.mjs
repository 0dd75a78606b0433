// Preloaded into the application under test: tells, over a port of its own, how much memory is in use after
// a garbage collection, and which promises were rejected without anybody to handle it.

import { createServer } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// The build that may come first runs compilers, which inherit this.
if (process.argv[1]?.endsWith('server.js')) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const unhandled = []
  process.on('unhandledRejection', (reason) => unhandled.push(String(reason?.stack ?? reason)))
  process.on('warning', (warning) => unhandled.push(String(warning.stack)))

  const server = createServer(async (_req, res) => {
    // What is freed by one collection may free more in the next.
    for (let n = 0; n < 4; n++) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { heapUsed, rss } = process.memoryUsage()
    res.end(JSON.stringify({ heapUsed, rss, unhandled }))
  })
  server.listen(0, '127.0.0.1', () => {
    console.error(`Watched at http://127.0.0.1:${server.address().port}`)
  })
  server.unref()
}
