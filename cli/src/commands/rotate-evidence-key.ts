import { parseArgs } from 'node:util';
import { evidenceRoutes } from '@castellan/api';
import { EX_USAGE } from '../exit-codes.js';
import { onServer, serverOptions } from '../server-access.js';
import { StartError } from '../supervisor/start-error.js';
import type { Report } from '../terminal/report.js';

const ROTATE_EVIDENCE_KEY_HELP = `castellan rotate-evidence-key [options]

Makes a new key sign packs of evidence on a running Castellan. The old one signs nothing from then on; its public part
stays, for the packs that it signed. Takes a token of an administrator of the workspace that the installation began with.

  --server <url>          the server (CASTELLAN_URL; http://127.0.0.1:4600)
  --token <token>         an API token that may change the workspace (CASTELLAN_TOKEN, or CASTELLAN_TOKEN_FILE)
  --workspace <name|id>   where the token is good for several (CASTELLAN_WORKSPACE)`;

/** @returns the exit code */
export async function rotateEvidenceKey(on: {
  args: string[];
  env: NodeJS.ProcessEnv;
  report: Report;
}): Promise<number> {
  const { args, env, report } = on;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...serverOptions, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    report.line(ROTATE_EVIDENCE_KEY_HELP);
    return 0;
  }
  if (positionals.length > 0) {
    throw new StartError(
      `"${positionals.join(' ')}" is not understood. See: castellan rotate-evidence-key --help`,
      [],
      EX_USAGE,
    );
  }
  const key = await onServer({ ...values, env, needs: 'Change the workspace' }, (client) =>
    client.call(evidenceRoutes.rotate),
  );
  report.line(`From now on key ${key.id} signs packs of evidence. Give its public part to those who check them:`);
  report.line(`  ${key.fingerprint}`);
  report.line(key.publicKey.trimEnd());
  return 0;
}
