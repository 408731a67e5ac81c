import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Config } from '../../config.js';
import type { Sql } from '../database/sql.js';
import { openKey } from './fingerprint.js';

/** The one row of `installation` that matters here. */
function anInstallation(id: string | null = null): Sql & { id: string | null } {
  const installation = {
    id,
    query: async <Row>(text: string, values: unknown[] = []): Promise<Row[]> => {
      if (text.startsWith('insert')) installation.id ??= String(values[0]);
      return (text.startsWith('select') && installation.id !== null ? [{ id: installation.id }] : []) as Row[];
    },
  };
  return installation;
}

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'castellan-key-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function aConfig(env: Record<string, string> = {}): Config {
  return Config.fromEnvironment({ DATABASE_URL: 'postgres://h/d', TEMPORAL_ADDRESS: 'h:1', DATA_DIR: dataDir, ...env });
}

const hex = 'ab'.repeat(32);

describe('the first start', () => {
  test('makes a key in the data folder that only its owner may read, and notes its id in the database', async () => {
    const installation = anInstallation();
    const key = await openKey(aConfig(), installation);
    const file = join(dataDir, 'key');
    expect(Buffer.from(readFileSync(file, 'utf8'), 'base64')).toEqual(Buffer.from(key.bytes));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(installation.id).toBe(key.id);
  });

  test('takes ENCRYPTION_KEY where it is given, as hex or base64', async () => {
    const fromHex = await openKey(aConfig({ ENCRYPTION_KEY: hex }), anInstallation());
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    const fromBase64 = await openKey(aConfig({ ENCRYPTION_KEY: base64 }), anInstallation());
    expect(fromBase64.id).toBe(fromHex.id);
  });

  test('refuses what is no key', async () => {
    const opening = openKey(aConfig({ ENCRYPTION_KEY: 'a passphrase' }), anInstallation());
    await expect(opening).rejects.toThrow(/ENCRYPTION_KEY is no key.*openssl/);
  });
});

describe('a later start', () => {
  test('finds the same key again', async () => {
    const installation = anInstallation();
    const first = await openKey(aConfig(), installation);
    expect((await openKey(aConfig(), installation)).bytes).toEqual(first.bytes);
  });

  test('refuses another key, and names the one that is wanted and where it looked', async () => {
    const installation = anInstallation();
    const { id } = await openKey(aConfig(), installation);
    const file = join(dataDir, 'key');
    writeFileSync(file, Buffer.alloc(32, 7).toString('base64'));
    await expect(openKey(aConfig(), installation)).rejects.toThrow(new RegExp(`sealed with key ${id}.*${file}`));
  });

  test('refuses to make a new key when the old one is gone', async () => {
    const opening = openKey(aConfig(), anInstallation('0123456789abcdef'));
    await expect(opening).rejects.toThrow(/0123456789abcdef of this database is missing/);
    expect(() => statSync(join(dataDir, 'key'))).toThrow();
  });
});
