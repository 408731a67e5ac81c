import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newConnector } from './new-connector.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('A new connector', () => {
  let copy: string;
  let files: string[];

  // Below the repository, where its packages are found.
  beforeAll(() => {
    mkdirSync(join(root, '.cache'), { recursive: true });
    copy = mkdtempSync(join(root, '.cache', 'new-connector-'));
    const folder = join(copy, 'connectors');
    cpSync(join(root, 'connectors'), folder, {
      recursive: true,
      filter: (path) => !/\/(?:sdk|dist|tsconfig.json)$/.test(path),
    });
    cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
    files = newConnector(folder, 'acme-hr');
    const conditions = { resolve: { conditions: ['castellan-source'] } };
    writeFileSync(
      join(copy, 'vitest.config.mjs'),
      `export default ${JSON.stringify({ ...conditions, ssr: conditions })}`,
    );
    writeFileSync(
      join(copy, 'tsconfig.json'),
      JSON.stringify({
        extends: './tsconfig.base.json',
        compilerOptions: { composite: false, noEmit: true },
        include: ['connectors/index.ts', 'connectors/simulators.ts', 'connectors/acme-hr/**/*'],
      }),
    );
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const run = (program: string, ...options: string[]) =>
    spawnSync(process.execPath, [join(root, 'node_modules', program), ...options], {
      ...{ cwd: copy, encoding: 'utf8' as const },
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    });

  it('passes the contract suite at once', () => {
    const { stdout, stderr, status } = run('vitest/vitest.mjs', 'run', 'connectors/acme-hr');
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Tests\D+\d{2,} passed/);
  });

  // All connectors are compiled with it, which takes long where the machine is busy.
  it('is named in the list of connectors and in that of simulators, and compiles', () => {
    const { stdout, status } = run('typescript/bin/tsc', '-p', '.');
    expect(status, stdout).toBe(0);
    for (const [list, variable] of [['index', 'acmeHr'] as const, ['simulators', 'acmeHrSimulator'] as const]) {
      const source = readFileSync(join(copy, `connectors/${list}.ts`), 'utf8');
      expect(source).toMatch(new RegExp(`, ${variable}\\];`));
    }
  }, 120_000);

  it('says nothing of the sample that it was made from', () => {
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toMatch(/sample.?vendor/i);
  });

  it('has an id of its own', () => {
    const folder = join(copy, 'connectors');
    expect(() => newConnector(folder, 'acme-hr')).toThrow('There is a folder connectors/acme-hr already.');
    expect(() => newConnector(folder, 'Acme HR')).toThrow('no id of a connector');
  });
});
