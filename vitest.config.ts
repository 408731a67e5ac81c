import { defineConfig } from 'vitest/config';

/** Workspace packages are read from their sources, so that a unit test never needs a build. */
const source = {
  resolve: { conditions: ['castellan-source'] },
  ssr: { resolve: { conditions: ['castellan-source'] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: [
            'flow/**/*.spec.ts',
            'api/**/*.spec.ts',
            'connectors/**/*.spec.ts',
            'server/src/**/*.spec.ts',
            'cli/src/**/*.spec.ts',
            'designer/src/**/*.spec.ts',
            'templates/**/*.spec.ts',
          ],
          exclude: ['**/dist/**', '**/node_modules/**'],
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['server/test/**/*.test.ts', 'cli/test/**/*.test.ts'],
          exclude: ['server/test/faults/**', '**/node_modules/**'],
          globalSetup: ['server/test/harness/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: true,
        },
      },
    ],
  },
});
