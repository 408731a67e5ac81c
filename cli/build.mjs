/**
 * Builds what is stale: the packages, the workflow bundle, the expression host, the designer. Plain Node, since it
 * runs before there is anything built; `npm run build` runs it alone.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'node_modules/.cache/castellan/build.json');

/**
 * @typedef {object} Step
 * @property {string} name as it is told to the person who waits
 * @property {string[]} inputs files and folders whose content decides whether the step is stale
 * @property {string[]} outputs files that must be there for it to be fresh
 * @property {() => Promise<void>} make
 */

const shared = ['package-lock.json', 'tsconfig.base.json', 'cli/build.mjs'];

/** @type {Record<string, Step>} */
const steps = {
  packages: {
    name: 'packages',
    inputs: [
      ...shared,
      'flow',
      'api',
      'connectors',
      'server/src',
      'server/tsconfig.json',
      'cli/src',
      'cli/tsconfig.json',
    ],
    outputs: ['flow', 'api', 'connectors/sdk', 'connectors', 'server', 'cli'].map(
      (folder) => `${folder}/dist/.tsbuildinfo`,
    ),
    make: () =>
      runNode([
        'node_modules/typescript/bin/tsc',
        '-b',
        'flow',
        'api',
        'connectors/sdk',
        'connectors',
        'server',
        'cli',
      ]),
  },
  workflows: {
    name: 'workflow bundle',
    inputs: [...shared, 'flow', 'server/src/workflows'],
    outputs: ['server/dist/workflow-bundle.js'],
    make: bundleWorkflows,
  },
  expressions: {
    name: 'expression host',
    inputs: [...shared, 'flow', 'connectors/sdk/csv.ts', 'server/src/expressions'],
    outputs: ['server/dist/expressions/host.mjs'],
    make: bundleExpressionHost,
  },
  designer: {
    name: 'designer',
    inputs: [
      ...shared,
      ...[
        'designer/src',
        'designer/public',
        'designer/index.html',
        'designer/vite.config.ts',
        'designer/compressed-files.ts',
        'designer/tsconfig.json',
      ],
      ...['flow', 'api'],
    ],
    outputs: ['designer/dist/index.html'],
    make: () => runNode(['../node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], join(root, 'designer')),
  },
};

/**
 * Builds every stale part, two at a time: the bundle of workflows is made from the built packages, the rest from sources.
 * @param {(sentence: string) => void} say told of each part that is built
 */
export async function build(say) {
  const stamps = readStamps();
  const make = async (/** @type {Step} */ step) => {
    const hash = hashInputs(step.inputs);
    const isFresh = stamps[step.name] === hash && step.outputs.every((file) => existsSync(join(root, file)));
    if (isFresh) return;
    const startedAt = Date.now();
    await step.make();
    stamps[step.name] = hash;
    writeStamps(stamps);
    say(`built the ${step.name} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  };
  // Every part is let finish, so that one failure does not hide another.
  const outcomes = await Promise.allSettled([
    make(steps.packages).then(() => make(steps.workflows)),
    make(steps.expressions).then(() => make(steps.designer)),
  ]);
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.message);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

async function bundleWorkflows() {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'server/dist/workflows/index.js'),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(join(root, 'server/dist/workflow-bundle.js'), code);
}

/** One file, so that the process that evaluates people's expressions may read nothing else. */
async function bundleExpressionHost() {
  const { build: bundle } = await import('rolldown');
  await bundle({
    input: join(root, 'server/src/expressions/host/main.ts'),
    platform: 'node',
    resolve: { conditionNames: ['castellan-source', 'node', 'import', 'module', 'default'] },
    logLevel: 'warn',
    output: { file: join(root, 'server/dist/expressions/host.mjs'), format: 'esm', codeSplitting: false },
  });
}

/** Runs a tool of ours in this Node; its output is told only when it fails. */
function runNode(args, cwd = root) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`The build failed:\n${Buffer.concat(output).toString('utf8').trim()}`));
    });
  });
}

function hashInputs(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap((input) => listFiles(input)).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function listFiles(path) {
  const entries = readEntries(join(root, path));
  if (entries === undefined) return existsSync(join(root, path)) ? [path] : [];
  return entries
    .filter(({ name }) => name !== 'dist' && name !== 'node_modules' && !name.includes('.spec.'))
    .flatMap(({ name }) => listFiles(`${path}/${name}`));
}

/** A folder's entries, undefined for a file or for what is not there. */
function readEntries(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function writeStamps(stamps) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build((sentence) => console.log(`  ${sentence}`));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
