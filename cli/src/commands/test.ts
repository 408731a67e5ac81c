import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EX_USAGE } from '../exit-codes.js';
import { playSource } from '../flow-tests/flow-source.js';
import { junitOf } from '../flow-tests/junit.js';
import { linesOf } from '../flow-tests/lines.js';
import { coveredPercent, type PlayedFlow, sumOf } from '../flow-tests/played-flow.js';
import { onServer, serverOptions } from '../server-access.js';
import { StartError } from '../supervisor/start-error.js';
import type { Report } from '../terminal/report.js';

const TEST_HELP = `castellan test [options] <flow.json | flow id> …

Plays the test cases of flows on a running Castellan: of files that were exported, with the test cases in them, or of
flows on the server as their drafts are saved. Nothing is called and no run is made. A line a test case is printed,
what differs under those that fail, and the ways through each flow that no test case goes.

  --server <url>          the server (CASTELLAN_URL; http://127.0.0.1:4600)
  --token <token>         an API token that may see flows (CASTELLAN_TOKEN, or CASTELLAN_TOKEN_FILE with its path)
  --workspace <name|id>   where the token is good for several (CASTELLAN_WORKSPACE)
  --coverage <percent>    fail below this share of each flow's ways
  --json                  print the results as JSON instead
  --junit <file>          write them as JUnit XML too

Ends with 0 when all pass; with 1 when one fails, there is none, or too few ways are taken; with 64 when the command
is used wrongly, 65 when a file is no flow, 69 when the server cannot be reached or refuses.`;

/** Plays test cases and prints what came of them. @returns the exit code */
export async function test({ args, env, report }: { args: string[]; env: NodeJS.ProcessEnv; report: Report }) {
  const { positionals: sources, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...serverOptions,
      coverage: { type: 'string' },
      json: { type: 'boolean', default: false },
      junit: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    report.line(TEST_HELP);
    return 0;
  }
  if (sources.length === 0) throw new StartError('Name a file or a flow. See: castellan test --help', [], EX_USAGE);
  const least = readPercent(values.coverage);
  const flows = await onServer({ ...values, env, needs: 'See flows' }, async (client) => {
    const played: PlayedFlow[] = [];
    for (const source of sources) played.push(await playSource(client, source));
    return played;
  });
  if (values.junit !== undefined) writeFileSync(values.junit, junitOf(flows));
  const sum = sumOf(flows);
  if (values.json) report.line(JSON.stringify({ ...sum, flows }, null, 2));
  else tell(report, flows, least);
  const isThin = flows.some((flow) => coveredPercent(flow.report) < least);
  return sum.failed > 0 || sum.passed === 0 || isThin ? 1 : 0;
}

function tell(report: Report, flows: PlayedFlow[], least: number): void {
  for (const flow of flows) {
    for (const line of linesOf(flow)) report.line(line);
    if (coveredPercent(flow.report) < least) report.line(`  fewer ways taken than the ${least} % that are asked for`);
    report.line();
  }
  const { passed, failed } = sumOf(flows);
  report.line(`${passed} passed, ${failed} failed`);
}

function readPercent(text: string | undefined): number {
  const percent = Number(text ?? 0);
  if (percent >= 0 && percent <= 100) return percent;
  throw new StartError(`--coverage is a number from 0 to 100, not "${text}".`, [], EX_USAGE);
}
