// A process with its own connections to stores. Each message is answered with one:
//
// - { connect, where } connects to a store with a module of connect/. Later calls are made on this store.
// - { verb, requests } makes all calls at once. The answer is their outcomes.
//
//   worker.mjs URL-OF-DIST

const [dist] = process.argv.slice(2)
let store

process.on('message', async ({ connect: module, where, verb, requests }) => {
  if (module) {
    const { connect } = await import(`./connect/${module}.mjs`)
    store = await connect(dist, where)
    return process.send('connected')
  }
  const answers = await Promise.allSettled(requests.map((request) => store[verb](request)))
  process.send(answers.map(({ value, reason }) => value?.outcome ?? `rejected: ${reason}`))
})
