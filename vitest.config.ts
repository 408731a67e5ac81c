import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their sources, so that a unit test never needs a build. */
const source = {
  resolve: { conditions: ['castellan-source'] },
  ssr: { resolve: { conditions: ['castellan-source'] } },
};

/** What kills, freezes or starves processes: it takes long, so it is left to `npm run test:all`. */
const faults = ['server/test/faults/**/*.test.ts', 'cli/test/supervisor.test.ts', 'cli/test/killed.test.ts'];

/** What one system or one page of the app needs, rather than every run: it is left to `npm run test:all`, too. */
const further = ['server/test/all/**/*.test.ts'];

/** What a hostile author may write: each case waits for its limit. */
const attacks = ['server/src/**/attacks.spec.ts'];

export default defineConfig({
  test: {
    // Tests that are marked as concurrent mostly wait for their runs.
    maxConcurrency: 40,
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          // Some start processes of their own, on machines that are busy.
          testTimeout: 30_000,
          // By default a machine with two cores has one worker.
          maxWorkers: 2,
          // Files share what they import, which takes a third off: a spec that changes a module puts it back.
          isolate: false,
          include: [
            'flow/**/*.spec.ts',
            'api/**/*.spec.ts',
            'connectors/**/*.spec.ts',
            'server/src/**/*.spec.ts',
            'cli/src/**/*.spec.ts',
            'cli/new-connector/*.spec.ts',
            'designer/src/**/*.spec.ts',
            'templates/**/*.spec.ts',
            'bench/**/*.spec.ts',
            'docs/**/*.spec.ts',
          ],
          exclude: [...attacks, '**/dist/**', '**/node_modules/**'],
        },
      },
      // Only where the vendors' SDKs are installed: `npm test` in conformance/.
      {
        ...source,
        test: { name: 'conformance', include: ['conformance/*.spec.ts'], testTimeout: 60_000, maxWorkers: 2 },
      },
      // Half of their time is waiting for processes that end and start.
      services('integration', ['server/test/**/*.test.ts', 'cli/test/**/*.test.ts'], [...faults, ...further], {
        maxWorkers: 3,
      }),
      // Templates' cases are concurrent, and each makes calls all the time.
      services('integration-all', further, [], { maxWorkers: 3, maxConcurrency: 6 }),
      services('e2e', ['e2e/*.e2e.ts']),
      // Processes die and come back in these: a case may take minutes where the machine is busy.
      services('faults', faults, [], {
        testTimeout: 240_000,
        hookTimeout: 240_000,
      }),
      { ...source, test: { name: 'attacks', include: attacks, testTimeout: 30_000 } },
      services('e2e-all', ['e2e/all/**/*.e2e.ts']),
    ],
  },
});

/** A project whose tests run on a real Postgres and a real Temporal, two files at a time where `options` do not say more. */
function services(
  name: string,
  include: string[],
  exclude: string[] = [],
  options: { testTimeout?: number; hookTimeout?: number; maxWorkers?: number; maxConcurrency?: number } = {},
) {
  return {
    ...source,
    test: {
      name,
      include,
      exclude: [...exclude, '**/dist/**', '**/node_modules/**'],
      globalSetup: ['server/test/harness/global-setup.ts'],
      // Installations start in these: on a busy machine that may take a minute.
      testTimeout: 120_000,
      hookTimeout: 180_000,
      maxWorkers: 2,
      ...options,
    },
  };
}
