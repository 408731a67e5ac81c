/** `npm run bench`: builds bench/main.ts into one file and runs it; packages are taken as they are built. Plain Node. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string[]} args handed to the benchmark
 * @returns {Promise<number>} its exit code
 */
export async function runBench(args) {
  const file = join(root, 'node_modules/.cache/castellan/bench.mjs');
  await build({
    input: join(root, 'bench/main.ts'),
    platform: 'node',
    // Everything that is not a file of the benchmark's own.
    external: /^[^./]/,
    logLevel: 'warn',
    output: { file, format: 'esm', codeSplitting: false },
  });
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
