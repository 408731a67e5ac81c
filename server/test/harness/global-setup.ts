import type { TestProject } from 'vitest/node';
import { startServices } from './services.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Postgres and the Temporal of this test run. */
    postgres: { port: number; password: string };
    temporal: { address: string; binary: string };
  }
}

/** Nothing here has to survive a power cut, and there are many servers with pools of their own. */
const TEST_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: 400 };

/** Starts one Postgres and one Temporal for the whole test run; each test file takes a database and a namespace of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { postgres, temporal, stop } = await startServices(TEST_SETTINGS);
  project.provide('postgres', { port: postgres.port, password: postgres.password });
  project.provide('temporal', { address: temporal.address, binary: temporal.binary });
  return stop;
}
