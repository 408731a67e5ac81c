import { defaultDataDir } from '../data-dir.js';
import { addDemoDirectory } from '../demo/demo-directory.js';
import { installDemoFlows } from '../demo/demo-flows.js';
import { signInToDemo } from '../demo/demo-people.js';
import type { Report } from '../terminal/report.js';
import { start } from './start.js';

/** Starts Castellan in a data folder of its own, with templates installed on simulators and runs really made. */
export async function demo({ env, report }: { env: NodeJS.ProcessEnv; report: Report }): Promise<void> {
  await start({
    env: { ...env, DATA_DIR: env.DATA_DIR ?? defaultDataDir('castellan-demo') },
    report,
    introduce: async (server, dataDir) => {
      const { client, admin } = await signInToDemo(server, dataDir.root);
      const { installed, started } = await installDemoFlows(client);
      if (installed > 0)
        report.fact('demo', `templates installed on simulators: ${installed}; runs started: ${started}`);
      if (await addDemoDirectory(client)) report.fact('demo', 'people and groups come from a simulated directory');
      return [`Sign in with     ${admin.email}  ${admin.password}`];
    },
  });
}
