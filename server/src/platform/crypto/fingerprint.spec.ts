import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Config } from '../../config.js';
import type { Sql } from '../database/sql.js';
import { openKeys } from './fingerprint.js';
import { nextKey, readRing } from './key-ring.js';

/** The one row of `installation` that matters here. */
function anInstallation(id: string | null = null) {
  const installation = {
    ring: id === null ? null : ({ id } as { id: string; former?: unknown[]; change?: unknown }),
    query: async <Row>(text: string, values: unknown[] = []): Promise<Row[]> => {
      if (text.startsWith('insert')) installation.ring ??= { id: String(values[0]) };
      if (text.startsWith('update') && installation.ring?.id === values[1])
        installation.ring = JSON.parse(String(values[0]));
      return (text.startsWith('select') && installation.ring ? [{ ring: installation.ring }] : []) as Row[];
    },
  };
  return installation satisfies Sql;
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
    const { current: key } = await openKeys(aConfig(), installation);
    const file = join(dataDir, 'key');
    expect(Buffer.from(readFileSync(file, 'utf8'), 'base64')).toEqual(Buffer.from(key.bytes));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(installation.ring?.id).toBe(key.id);
  });

  test('takes ENCRYPTION_KEY where it is given, as hex or base64', async () => {
    const { current: fromHex } = await openKeys(aConfig({ ENCRYPTION_KEY: hex }), anInstallation());
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    const { current: fromBase64 } = await openKeys(aConfig({ ENCRYPTION_KEY: base64 }), anInstallation());
    expect(fromBase64.id).toBe(fromHex.id);
  });

  test('refuses what is no key', async () => {
    const opening = openKeys(aConfig({ ENCRYPTION_KEY: 'a passphrase' }), anInstallation());
    await expect(opening).rejects.toThrow(/ENCRYPTION_KEY is no key.*openssl/);
  });
});

describe('a later start', () => {
  test('finds the same key again', async () => {
    const installation = anInstallation();
    const first = await openKeys(aConfig(), installation);
    expect((await openKeys(aConfig(), installation)).current.bytes).toEqual(first.current.bytes);
  });

  test('refuses another key, and names the one that is wanted and where it looked', async () => {
    const installation = anInstallation();
    const { id } = (await openKeys(aConfig(), installation)).current;
    const file = join(dataDir, 'key');
    writeFileSync(file, Buffer.alloc(32, 7).toString('base64'));
    await expect(openKeys(aConfig(), installation)).rejects.toThrow(new RegExp(`sealed with key ${id}.*${file}`));
  });

  test('refuses to make a new key when the old one is gone', async () => {
    const opening = openKeys(aConfig(), anInstallation('0123456789abcdef'));
    await expect(opening).rejects.toThrow(/0123456789abcdef of this database is missing/);
    expect(() => statSync(join(dataDir, 'key'))).toThrow();
  });
});

describe('a start that is given the old key with a new one', () => {
  const next = 'cd'.repeat(32);
  const both = () => aConfig({ ENCRYPTION_KEY: next, ENCRYPTION_KEY_PREVIOUS: hex });
  const withOld = () => aConfig({ ENCRYPTION_KEY: hex });
  const withNext = () => aConfig({ ENCRYPTION_KEY: next });

  test('takes the new one over, after which the old one alone is refused and the new one is enough', async () => {
    const installation = anInstallation();
    const old = (await openKeys(withOld(), installation)).current;
    const keys = await openKeys(both(), installation);
    expect(installation.ring?.id).toBe(keys.current.id);
    expect(JSON.stringify(installation.ring)).not.toContain(Buffer.from(hex, 'hex').toString('base64'));
    await expect(openKeys(withOld(), installation)).rejects.toThrow(/Wrong encryption key/);
    const again = await openKeys(withNext(), installation);
    expect((await again.find(old.id)).bytes).toEqual(old.bytes);
  });

  test('refuses an old key that is not that of the database', async () => {
    const installation = anInstallation();
    await openKeys(aConfig({ ENCRYPTION_KEY: '12'.repeat(32) }), installation);
    await expect(openKeys(both(), installation)).rejects.toThrow(/Wrong encryption key/);
  });

  test('is found by a process that runs with the old key', async () => {
    const installation = anInstallation();
    const old = (await openKeys(withOld(), installation)).current;
    const { current } = await openKeys(both(), installation);
    const ring = await readRing(installation);
    expect(ring && (await nextKey(ring, old))).toMatchObject({ id: current.id, bytes: current.bytes });
  });

  test('keeps all keys from before when the key is changed once more', async () => {
    const installation = anInstallation();
    const first = (await openKeys(withOld(), installation)).current;
    await openKeys(both(), installation);
    const keys = await openKeys(
      aConfig({ ENCRYPTION_KEY: 'ef'.repeat(32), ENCRYPTION_KEY_PREVIOUS: next }),
      installation,
    );
    expect(keys.all).toHaveLength(3);
    expect((await keys.find(first.id)).bytes).toEqual(first.bytes);
  });

  test('takes the old one from DATA_DIR/key.previous, and keeps it under its id', async () => {
    const installation = anInstallation();
    const old = (await openKeys(aConfig(), installation)).current;
    renameSync(join(dataDir, 'key'), join(dataDir, 'key.previous'));
    writeFileSync(join(dataDir, 'key'), Buffer.alloc(32, 7).toString('base64'));
    await openKeys(aConfig(), installation);
    expect(readdirSync(dataDir).sort()).toEqual(['key', `key.${old.id}`]);
  });
});
