import { type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { publicKeyOf } from '@castellan/server/evidence-pack';
import { checkPack, type PackCheck } from '../evidence/check-pack.js';
import { EX_DATAERR, EX_NOINPUT, EX_USAGE } from '../exit-codes.js';
import { StartError } from '../supervisor/start-error.js';
import type { Report } from '../terminal/report.js';

const VERIFY_HELP = `castellan verify [options] <pack.zip>

Checks a pack of evidence: that it is as it was made, and which key signed it. Needs no server and no network.

  --key <file>   the public key that you trust, as PEM, from Settings, Evidence; several in one file, or given several
                 times, for packs of before the key was changed
  --json         print the result as JSON instead

Ends with 0 when the pack is unaltered and signed with a key that you gave; with 1 when something was altered, is
missing or was added, or another key signed; with 2 when it is unaltered, but no key was given to compare with; with 64
when the command is used wrongly, 65 when the file is no pack or a key file no key, 66 when a file is not there.`;

/** Unaltered, and signed with a key that nobody has vouched for. */
const NOT_COMPARED = 2;

/** Checks a pack and prints what came of it. @returns the exit code */
export async function verify({ args, report }: { args: string[]; report: Report }): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    report.line(VERIFY_HELP);
    return 0;
  }
  const [path, ...extra] = positionals;
  if (path === undefined || extra.length > 0) {
    throw new StartError('Name one pack. See: castellan verify --help', [], EX_USAGE);
  }
  requireFile(path);
  const keys = values.key.flatMap(readKeys);
  const check = await checkPack(path, keys).catch((error: Error) => {
    throw new StartError(`${path} is no pack of evidence, or not a whole one: ${error.message}.`, [], EX_DATAERR);
  });
  const code = check.problems.length > 0 ? 1 : check.keyGiven ? 0 : NOT_COMPARED;
  if (values.json) report.line(JSON.stringify({ unaltered: check.problems.length === 0, ...check }, null, 2));
  else tell(report, path, check);
  return code;
}

function tell(report: Report, path: string, { manifest, key, keyGiven, problems }: PackCheck): void {
  if (problems.length > 0) {
    report.line(`${path} is not as it was made:`);
    for (const { message } of problems) report.line(`  ${message}`);
    report.line('Do not rely on what it says.');
    return;
  }
  if (manifest === null || key === null) return;
  const { run, files, madeAt, madeBy, workspace } = manifest;
  const flow = run.version === null ? `${run.flowName}, a draft` : `${run.flowName}, version ${run.version}`;
  report.line(`${path} is as it was made: ${files.length} files, none altered, missing or added.`);
  report.fact('Run', `${run.id}, ${run.status} at ${run.endedAt}${run.mode === 'live' ? '' : `, mode ${run.mode}`}`);
  report.fact('Flow', flow);
  report.fact('Workspace', workspace.name);
  report.fact('Made', `${madeAt} by ${madeBy}`);
  report.fact('Signed', `with key ${key.id}, ${keyGiven ? 'which you gave' : 'which is only the one in the pack'}`);
  if (run.simulated) report.line('Made with simulators: at least one system stood in for a real one.');
  if (keyGiven) return;
  report.line();
  report.line('WARNING: signed by the key in the pack, not compared with yours. Anybody can make a pack with a key of');
  report.line(
    'their own. Get the public key from Settings, Evidence, or compare its fingerprint, and give it with --key:',
  );
  report.line(`  ${key.fingerprint}`);
}

/** The keys of a file; one file may hold those of all times. */
function readKeys(path: string): KeyObject[] {
  requireFile(path);
  const blocks = readFileSync(path, 'utf8').match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((pem) => publicKeyOf(pem));
  } catch (error) {
    throw new StartError(`${path} holds no key that can sign a pack: ${(error as Error).message}`, [], EX_DATAERR);
  }
  throw new StartError(`${path} holds no public key as PEM.`, [], EX_DATAERR);
}

function requireFile(path: string): void {
  if (!existsSync(path)) throw new StartError(`There is no file ${path}.`, [], EX_NOINPUT);
}
