/** The first version in which a script can write after it has read the clock. */
const OLDEST_MAJOR_VERSION = 5

/** The share of `maxmemory` above which Redis counts as nearly full. */
const FULL = 0.9

/** Returns the problems that an operator has to fix, each as a sentence, from the text of `INFO`. */
export function redisProblems(info: string): string[] {
  const field = fieldsOf(info)
  const problems: string[] = []

  const policy = field('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction') {
    problems.push(
      'Redis may evict the data of an address, including its counted wrong guesses ' +
        `(maxmemory-policy is "${policy}"): set maxmemory-policy to "noeviction"`,
    )
  }
  const [used, max] = [Number(field('used_memory')), Number(field('maxmemory'))]
  if (max > 0 && used > max * FULL) {
    problems.push(
      `Redis is nearly out of memory (${Math.round((used / max) * 100)} % of maxmemory) and will refuse ` +
        'to open challenges and to count guesses: raise maxmemory, or find out what fills it',
    )
  }
  if (field('role') === 'slave') {
    problems.push('The Redis client is connected to a read-only replica: connect it to the primary')
  }
  const version = field('redis_version')
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST_MAJOR_VERSION) {
    problems.push(
      `Redis ${version} is too old: update it to version ${OLDEST_MAJOR_VERSION}.0 or later`,
    )
  }
  return problems.map((problem) => problem + endOf(info))
}

/**
 * Returns the sentence about a write that the server refused.
 *
 * @param refusal the command, and the error of the server. Before version 7 it begins with a position in the script
 */
export function refusedWrite(refusal: string, info: string): string {
  const [, command, error = ''] = /^(\w+) (?:@\w+: \d+: )?-?(.*?)\.?\s*$/s.exec(refusal) ?? []
  return `Redis refuses to write (${command}): ${error}${endOf(info)}`
}

function fieldsOf(info: string): (name: string) => string | undefined {
  return (name) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}

function endOf(info: string): string {
  return fieldsOf(info)('cluster_enabled') === '1'
    ? ' (found on one node of the cluster; the other nodes were not checked).'
    : '.'
}
