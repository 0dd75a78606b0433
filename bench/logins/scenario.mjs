// Measures contenders side by side: all processes are alive at once, bursts are short and in rotating order, and each
// is compared with the floor of its own round.
import { startContender } from './contender.mjs'
import { summarize } from './statistics.mjs'

export async function measureScenario({ contenders, setting, counts }) {
  const { processes, rounds, logins, atOnce, warmUpMs } = counts
  const alive = []
  try {
    for (let index = 0; index < processes; index += 1) {
      for (const name of contenders) {
        alive.push({ name, index, one: await startContender(name, setting) })
      }
    }
    // Two at a time: what is compiled meanwhile needs no quiet machine.
    for (let first = 0; first < alive.length; first += 2) {
      await Promise.all(alive.slice(first, first + 2).map(({ one }) => one.warmUp(warmUpMs)))
    }
    const rows = []
    for (const concurrency of atOnce) {
      const measured = await measureRounds(alive, { rounds, logins, processes, concurrency })
      rows.push(...summarize(contenders, measured, concurrency))
    }
    return rows
  } finally {
    await Promise.all(alive.map(({ one }) => one.stop()))
  }
}

async function measureRounds(alive, { rounds, logins, processes, concurrency }) {
  const measured = []
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < processes; index += 1) {
      const group = alive.filter((each) => each.index === index)
      const turn = (round + index) % group.length
      const order = [...group.slice(turn), ...group.slice(0, turn)]
      const results = {}
      for (const { name, one } of order) results[name] = await one.burst(logins, concurrency)
      measured.push({ index, results })
    }
  }
  return measured
}
