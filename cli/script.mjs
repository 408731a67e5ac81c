/**
 * Runs a TypeScript script of the repository that is no part of the product, such as the benchmark. Node 20 does not
 * read TypeScript, so Vite's module runner does.
 *
 *     node cli/script.mjs server/test/record-histories.ts
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Resolves when the script has come to its end; workspace packages are read from their sources.
 * @param {string} file its path below the repository
 */
export async function runScript(file) {
  await runnerImport(join(root, file), {
    root,
    logLevel: 'warn',
    environments: { inline: { resolve: { conditions: ['castellan-source'], noExternal: /^@castellan\// } } },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runScript(process.argv[2]);
