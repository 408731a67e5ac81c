/**
 * `npm test` and `npm run test:all`: runs the stages one after the other, goes on after a failure, and ends with one
 * line `N passed, N failed`. Plain Node, since the build is one of the stages.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserRemedy, findBrowser } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (sentence) => console.log(`  ${sentence}`);

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** The suites that take long. */
const FURTHER = [
  { project: 'integration-all', needsBrowser: false },
  { project: 'e2e-all', needsBrowser: true },
  { project: 'faults', needsBrowser: false },
  { project: 'attacks', needsBrowser: false },
];

/**
 * Runs the stages: the usual ones are those of `npm test`, the further ones are added by `npm run test:all`, which
 * with `--further` runs them alone.
 * @returns {Promise<number>} the exit code: 0 only when everything passed
 */
export async function runTests({ usual, further }) {
  const { results, stage } = stages();
  const leftOut = [];

  if (usual) {
    await stage('lint', () => check(['node_modules/@biomejs/biome/bin/biome', 'check', '.']));
    await stage('types', () => check(['node_modules/typescript/bin/tsc', '-b']));
  }
  await stage('build', checkBuild);
  if (usual) {
    await stage('unit', () => vitest('unit'));
    await stage('integration', () => vitest('integration'));
  }
  const browserStage = { project: 'e2e', needsBrowser: true };
  for (const { project, needsBrowser } of [...(usual ? [browserStage] : []), ...(further ? FURTHER : [])]) {
    const browser = needsBrowser ? await findBrowser(say) : undefined;
    if (needsBrowser && browser === undefined)
      leftOut.push(`${project}: left out, no browser was found. ${browserRemedy}`);
    else await stage(project, () => vitest(project, browser === undefined ? {} : { CHROMIUM_PATH: browser }));
  }
  return summarise(results, leftOut);
}

/**
 * What `npm test` in conformance/ runs: the types there and its tests, by the packages that the caller has installed.
 * @returns {Promise<number>} the exit code
 */
export async function runConformance() {
  const { results, stage } = stages();
  await stage('types', () => check(['node_modules/typescript/bin/tsc', '-p', 'conformance']));
  await stage('conformance', () => vitest('conformance'));
  return summarise(results, []);
}

/** Stages that run one after the other, and what came of each. */
function stages() {
  const results = [];
  const stage = async (name, run) => {
    console.log(`\n== ${name}`);
    const startedAt = Date.now();
    const outcome = await run();
    results.push({ name, seconds: Math.round((Date.now() - startedAt) / 1000), ...outcome });
  };
  return { results, stage };
}

function summarise(results, leftOut) {
  console.log('');
  for (const { name, seconds, passed, failed, skipped } of results) {
    const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    console.log(`  ${name.padEnd(14)}${counts} (${seconds} s)`);
  }
  for (const sentence of leftOut) console.log(`  ${sentence}`);
  const sum = (count) => results.reduce((total, result) => total + result[count], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}

/** A tool that passes or fails as a whole. */
async function check(args) {
  const code = await runNode(args);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function checkBuild() {
  const { build } = await import('./build.mjs');
  try {
    await build(say);
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Runs one of Vitest's projects and counts by its own report. */
async function vitest(project, env = {}) {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'castellan-test-'));
  const report = join(folder, `${project}.json`);
  try {
    const code = await runNode(
      [
        ...['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--passWithNoTests'],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ],
      env,
    );
    return countTests(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A file that cannot even be loaded has no tests to count, and an error outside any test fails the run: each is one
 * failure.
 * @returns {Outcome}
 */
function countTests(report, code) {
  if (report === undefined) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + unloadable.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function runNode(args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
