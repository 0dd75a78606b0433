import { describe, it } from 'vitest'

const isWindows = process.platform === 'win32'

/**
 * A test that Windows skips, because it has no signals (`kill` ends a process at once), refuses to delete or rename a
 * file that is open, or lets administrators only create links to files. It is counted as skipped there.
 */
export const itOnUnix = it.skipIf(isWindows)

/** As {@link itOnUnix}, for a group of tests. */
export const describeOnUnix = describe.skipIf(isWindows)
