import { parseArgs } from 'node:util';
import { SettingsError } from '@castellan/server/config';
import { demo } from './commands/demo.js';
import { doctor } from './commands/doctor.js';
import { rotateEvidenceKey } from './commands/rotate-evidence-key.js';
import { rotateKey } from './commands/rotate-key.js';
import { start } from './commands/start.js';
import { stop } from './commands/stop.js';
import { test } from './commands/test.js';
import { verify } from './commands/verify.js';
import { defaultDataDir } from './data-dir.js';
import { EX_CONFIG, EX_USAGE } from './exit-codes.js';
import { StartError } from './supervisor/start-error.js';
import { hasDesktop, openBrowser } from './terminal/open-browser.js';
import { Report } from './terminal/report.js';

const HELP = `castellan <command> [options]

  start       start Castellan with everything it needs, and keep it running
  demo        start it with simulators, templates installed and runs made, in a data folder of its own
  stop        stop the Castellan of a data folder
  doctor      print every setting with its source, and check what a start needs
  test        play the test cases of flows on a running server; see: castellan test --help
  verify      check a pack of evidence, without a server; see: castellan verify --help
  rotate-key  make a new encryption key, which the next start takes over
  rotate-evidence-key
              make a new key sign evidence; see: castellan rotate-evidence-key --help

  --data-dir <folder>   where everything is kept (DATA_DIR; ${defaultDataDir()})
  --port <number>       port of the app and the API (PORT; 4600)
  --host <address>      address to listen on (HOST; 127.0.0.1)
  --no-open             do not open a browser on the set-up link

Every setting is an environment variable; "castellan doctor" lists them.`;

/** Commands that have options of their own. */
const ownOptions: Record<string, (on: { args: string[]; env: NodeJS.ProcessEnv; report: Report }) => Promise<number>> =
  { test, verify, 'rotate-evidence-key': rotateEvidenceKey };

const report = new Report();

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = tell(error);
}
// A child that had to be left behind, or a socket that lingers, must not keep the command alive.
process.exit();

async function run(args: string[]): Promise<number> {
  const withOwnOptions = ownOptions[args[0] ?? ''];
  if (withOwnOptions) return withOwnOptions({ args: args.slice(1), env: process.env, report });
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'data-dir': { type: 'string' },
      open: { type: 'boolean', default: true },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...extra] = positionals;
  if (values.help || command === undefined) {
    report.line(HELP);
    return values.help ? 0 : EX_USAGE;
  }
  if (extra.length > 0)
    throw new StartError(`"${extra.join(' ')}" is not understood. See: castellan --help`, [], EX_USAGE);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(values.port === undefined ? {} : { PORT: values.port }),
    ...(values.host === undefined ? {} : { HOST: values.host }),
    ...(values['data-dir'] === undefined ? {} : { DATA_DIR: values['data-dir'] }),
  };
  switch (command) {
    case 'start':
      await start({
        env,
        report,
        introduce: ({ setupUrl }) => {
          if (setupUrl === undefined) return [];
          if (values.open && hasDesktop()) openBrowser(setupUrl);
          return [`Set it up, once  ${setupUrl}`];
        },
      });
      return 0;
    case 'demo':
      await demo({ env, report });
      return 0;
    case 'stop':
      return stop({ env, report });
    case 'doctor':
      return doctor({ env, report });
    case 'rotate-key':
      return rotateKey({ env, report });
    default:
      throw new StartError(`There is no command "${command}". See: castellan --help`, [], EX_USAGE);
  }
}

/** Says what went wrong. @returns the exit code */
function tell(error: unknown): number {
  if (error instanceof StartError) {
    report.problem(error);
    return error.exitCode;
  }
  if (error instanceof SettingsError) {
    report.problem(new StartError(error.problems.join('\n')));
    return EX_CONFIG;
  }
  // parseArgs says in its own words which option it does not know.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    report.problem(new StartError(`${error.message.split('. ')[0]}. See: castellan --help`));
    return EX_USAGE;
  }
  report.problem(new StartError((error as Error).stack ?? String(error)));
  return 1;
}
