// A process with its own connection to a store. It makes all calls of a message at once, and sends their outcomes.
//
//   worker.mjs URL-OF-DIST MODULE-IN-CONNECT WHERE-AS-JSON

const [dist, module, where] = process.argv.slice(2)
const { connect } = await import(`./connect/${module}.mjs`)
const store = await connect(dist, JSON.parse(where))

process.on('message', async ({ verb, requests }) => {
  const answers = await Promise.allSettled(requests.map((request) => store[verb](request)))
  process.send(answers.map(({ value, reason }) => value?.outcome ?? `rejected: ${reason}`))
})
process.send('ready')
