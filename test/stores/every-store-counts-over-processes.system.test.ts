import { test } from 'vitest'
import { everyStore } from './list.js'
import { useProcesses } from './processes.js'
import { countsConcurrentRequests } from './races.js'

const connectProcesses = useProcesses(3)

everyStore((running, { isOfOneProcess = false }) => {
  if (isOfOneProcess) return test.skip('belongs to one process')
  countsConcurrentRequests('of three processes', async () => {
    const shared = await running().shared?.()
    if (shared === undefined) throw new Error('no other process can open this store')
    return { store: shared.store, atOnce: await connectProcesses(shared) }
  })
})
