/** `npm run new:connector <id>`: a connector, its simulator, fixtures and spec, ready to be changed. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { newConnector } from './new-connector.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const id = process.argv.at(-1) ?? '';
const files = newConnector(fileURLToPath(new URL('../../connectors', import.meta.url)), id);
// The lists in index.ts and simulators.ts are sorted and wrapped as all code is.
const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '--log-level=error', ...files];
if (spawnSync(process.execPath, biome, { cwd: root, stdio: 'inherit' }).status !== 0) process.exitCode = 1;
console.log(`  made connectors/${id}; its suite: npx vitest run --project unit connectors/${id}`);
console.log('  then: the vendor’s own operations, and npm run connector-docs');
