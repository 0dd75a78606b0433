// The gateway of AWS in front of one instance of a function: it makes an event of each request (payload version 2.0), and
// an answer of what the handler returns. One request at a time.
import { createServer } from 'node:http'
import { handler } from './app.js'

let last = Promise.resolve()

createServer((req, res) => {
  last = last
    .then(() => invoke(req, res))
    .catch((err) => {
      console.error(err)
      res.statusCode = 502
      res.end()
    })
}).listen(process.env.PORT)

async function invoke(req, res) {
  const { cookie, ...headers } = req.headers
  const chunks = await req.toArray()
  const { pathname, search } = new URL(req.url, 'http://gateway')
  const http = { method: req.method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' }
  const result = await handler(
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      ...(cookie && { cookies: cookie.split('; ') }),
      headers: { ...headers, 'x-forwarded-proto': 'https' },
      requestContext: { http, stage: '$default' },
      // The gateway does so for every type that is not text or JSON, forms among them.
      body: Buffer.concat(chunks).toString('base64'),
      isBase64Encoded: true,
    },
    {},
  )
  for (const [name, value] of Object.entries(result.headers)) res.setHeader(name, value)
  if (result.cookies) res.setHeader('set-cookie', result.cookies)
  res.statusCode = result.statusCode
  res.end(Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'))
}
