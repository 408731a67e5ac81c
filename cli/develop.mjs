/**
 * What `npm test`, `npm run test:all`, `npm run bench` and the other scripts named below run: it works on the product and
 * is no part of it. Like run.mjs it needs nothing but Node, and installs packages and builds when they are stale.
 */
import process from 'node:process';
import './node-version.mjs';

const scripts = {
  bench: 'bench/main.ts',
  'record-histories': 'server/test/record-histories.ts',
  'connector-docs': 'docs/pages/write-connector-docs.ts',
  'new:connector': 'cli/new-connector/main.ts',
};

const say = (sentence) => console.log(`  ${sentence}`);
const [command, ...options] = process.argv.slice(2);

async function run() {
  const { installPackages } = await import('./packages.mjs');
  await installPackages(say);
  if (command === 'test' || command === 'test:all') {
    const { runTests } = await import('./test.mjs');
    const further = command === 'test:all';
    process.exitCode = await runTests({ usual: !(further && options.includes('--further')), further });
    return;
  }
  const script = scripts[command];
  if (script === undefined) throw new Error(`There is no script "${command}".`);
  const { build } = await import('./build.mjs');
  await build(say);
  const { runScript } = await import('./script.mjs');
  await runScript(script);
}

try {
  await run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
