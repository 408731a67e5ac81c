import { defaultDataDir } from '../data-dir.js';
import type { Report } from '../terminal/report.js';
import { start } from './start.js';

/** Starts Castellan in a data folder of its own, filled with something to look at. */
export async function demo({ env, report }: { env: NodeJS.ProcessEnv; report: Report }): Promise<void> {
  await start({
    env: { ...env, DATA_DIR: env.DATA_DIR ?? defaultDataDir('castellan-demo') },
    report,
    whenReady: () => undefined,
  });
}
