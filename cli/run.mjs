#!/usr/bin/env node
/**
 * What `npm start`, `npm run demo`, `npm test`, `npm run bench` and `npx castellan` run. It needs nothing but Node: it checks the
 * version, installs packages and builds when they are stale, and then hands over to the command.
 */
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Castellan needs Node 20.19 or later, 24 is recommended; this is ${process.version}. See nodejs.org.`);
  process.exit(1);
}

/** What works on the product and is no part of it. */
const scripts = { bench: 'bench/main.ts', 'record-histories': 'server/test/record-histories.ts' };

const say = (sentence) => console.log(`  ${sentence}`);
const [command, ...options] = process.argv.slice(2);

async function buildPackages() {
  const { build } = await import('./build.mjs');
  await build(say);
}

async function run() {
  const { installPackages } = await import('./packages.mjs');
  await installPackages(say);
  switch (command) {
    case 'test':
    case 'test:all': {
      const { runTests } = await import('./test.mjs');
      const further = command === 'test:all';
      process.exitCode = await runTests({ usual: !(further && options.includes('--further')), further });
      return;
    }
    case 'bench':
    case 'record-histories': {
      await buildPackages();
      const { runScript } = await import('./script.mjs');
      await runScript(scripts[command]);
      return;
    }
    default:
      await buildPackages();
      await import('./dist/castellan.js');
  }
}

try {
  await run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
