#!/usr/bin/env node
/**
 * What `npm start`, `npm run demo` and `npx castellan` run. It needs nothing but Node: it checks the version, installs
 * packages and builds when they are stale, and then hands over to the command.
 */
import process from 'node:process';
import './node-version.mjs';

// What a command prints may be read by a program, so what is said before goes beside it.
const say = (sentence) => console.error(`  ${sentence}`);

try {
  const { installPackages } = await import('./packages.mjs');
  await installPackages(say);
  const { build } = await import('./build.mjs');
  await build(say);
  await import('./dist/castellan.js');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
