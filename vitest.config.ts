import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Where the tests are that start a server program, a browser or another process, that need the built package, or
 * that measure time. They are the project `system`; all others are `unit`.
 */
const SYSTEM = [
  'test/{browser,cli,example-app,faults,fuzz,hosts,package,processes,readme,testing}/**/*.test.ts',
  'test/stores/{redis,postgres}-*.test.ts',
  'test/**/*.system.test.ts',
]

/**
 * The files that take longest. They begin first, so that no run ends with one of them alone. Those that wait for servers
 * that are replaced stand between those that compute, so that a processor always has work.
 */
const LONGEST = [
  'faults/when-redis-fails',
  'hosts/nextjs',
  'attacks/broken-parts',
  'attacks/sending',
  'testing/in-your-tests',
  'attacks/brute-force',
  'stores/redis-other-clients',
  'browser/',
  'faults/redis-fails-over',
  'readme/programs',
  'faults/when-postgres-fails',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}`))
      return found === -1 ? LONGEST.length : found
    }
    // Array.sort keeps the order of what is equal, in which the files of a project stand together.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  resolve: {
    // Tests import the package by its name, as its users do, and get the source.
    alias: Object.entries({
      'passport-email-otp': './src/index.ts',
      'passport-email-otp/redis': './src/stores/redis.ts',
      'passport-email-otp/postgres': './src/stores/postgres.ts',
      'passport-email-otp/sqlite': './src/stores/sqlite.ts',
      'passport-email-otp/testing': './src/testing/index.ts',
      'passport-email-otp/languages/(.*)': './src/languages/$1.ts',
    }).map(([name, file]) => ({
      find: new RegExp(`^${name}$`),
      replacement: fileURLToPath(new URL(file, import.meta.url)),
    })),
  },
  test: {
    // Many files wait for a server or a browser of theirs most of the time.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...SYSTEM, '**/node_modules/**'],
          // The files of a worker share its modules: to load them anew would take longer than the tests.
          isolate: false,
          // Nothing here waits for a clock, so a test that reaches the limit hangs, also on a loaded machine.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: SYSTEM,
          globalSetup: 'test/helpers/global-setup.ts',
          setupFiles: 'test/helpers/system-setup.ts',
          // As above. What a file has started ends with it.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
