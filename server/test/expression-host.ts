import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Builds a file into one that a host process can be started from, as the product's build does, in a folder of its own. */
export async function bundleHost(entry = '../src/expressions/host/main.ts'): Promise<string> {
  const file = join(await realpath(await mkdtemp(join(tmpdir(), 'expression-host-'))), 'host.mjs');
  const bundle = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: 'node',
    resolve: { conditionNames: ['castellan-source', 'import', 'node', 'default'] },
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}

export async function removeHost(file: string): Promise<void> {
  await rm(dirname(file), { recursive: true, force: true });
}
