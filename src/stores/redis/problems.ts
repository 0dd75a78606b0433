/** The first version in which a script may write after it has read the clock. */
const OLDEST_MAJOR_VERSION = 5

/** The part of its memory from which on a Redis counts as full. */
const FULL = 0.9

/** What an operator should mend, from the answer to `INFO`. */
export function findings(info: string): string[] {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  const found: string[] = []

  const policy = field('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction') {
    found.push(
      `Redis may evict what is kept of an address (maxmemory-policy is "${policy}"), and with it ` +
        'the wrong guesses that were counted: set maxmemory-policy to "noeviction"',
    )
  }
  const [used, max] = [Number(field('used_memory')), Number(field('maxmemory'))]
  if (max > 0 && used > max * FULL) {
    found.push(
      `Redis is nearly out of memory (${Math.round((used / max) * 100)} % of maxmemory), and will refuse ` +
        'to count and to open: give it more, or find out what fills it',
    )
  }
  if (field('role') === 'slave') {
    found.push(
      'The Redis client is connected to a replica, which refuses to write: connect it to the primary',
    )
  }
  const version = field('redis_version')
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST_MAJOR_VERSION) {
    found.push(`Redis ${version} is too old: version ${OLDEST_MAJOR_VERSION}.0 or later is needed`)
  }
  const ofOneNode = ' (this is what one node of the cluster says; the others were not asked)'
  return field('cluster_enabled') === '1' ? found.map((finding) => finding + ofOneNode) : found
}
