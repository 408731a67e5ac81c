import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their sources, so that a unit test never needs a build. */
const source = {
  resolve: { conditions: ['castellan-source'] },
  ssr: { resolve: { conditions: ['castellan-source'] } },
};

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
          include: [
            'flow/**/*.spec.ts',
            'api/**/*.spec.ts',
            'connectors/**/*.spec.ts',
            'server/src/**/*.spec.ts',
            'cli/src/**/*.spec.ts',
            'designer/src/**/*.spec.ts',
            'templates/**/*.spec.ts',
            'bench/**/*.spec.ts',
          ],
          exclude: ['**/dist/**', '**/node_modules/**'],
        },
      },
      services('integration', ['server/test/**/*.test.ts', 'cli/test/**/*.test.ts'], ['server/test/faults/**']),
      services('e2e', ['e2e/*.e2e.ts']),
      // Processes die and come back in these: a case may take minutes where the machine is busy.
      services('faults', ['server/test/faults/**/*.test.ts'], [], { testTimeout: 240_000, hookTimeout: 240_000 }),
      services('attacks', ['attacks/**/*.test.ts']),
      services('e2e-all', ['e2e/all/**/*.e2e.ts']),
    ],
  },
});

/** A project whose tests run on a real Postgres and a real Temporal, two files at a time. */
function services(
  name: string,
  include: string[],
  exclude: string[] = [],
  times = { testTimeout: 60_000, hookTimeout: 120_000 },
) {
  return {
    ...source,
    test: {
      name,
      include,
      exclude: [...exclude, '**/dist/**', '**/node_modules/**'],
      globalSetup: ['server/test/harness/global-setup.ts'],
      ...times,
      maxWorkers: 2,
    },
  };
}
