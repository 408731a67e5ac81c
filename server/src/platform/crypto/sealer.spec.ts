import { createHash, randomBytes } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { EncryptionKeys } from './encryption-keys.js';
import { beginningOf } from './jwe.js';
import type { EncryptionKey } from './key.js';
import { Sealer } from './sealer.js';

function aKey(id = 'first'): EncryptionKey {
  return { bytes: randomBytes(32), id, foundIn: 'a test' };
}

describe('a sealed value', () => {
  const key = aKey();
  const sealer = new Sealer(new EncryptionKeys(key));

  test('opens where it belongs', async () => {
    const sealed = await sealer.seal('héllo 🌍', 'connection:1');
    expect(await sealer.open(sealed, 'connection:1')).toBe('héllo 🌍');
  });

  test('is JWE that names its key and its place, and holds nothing in the clear', async () => {
    const sealed = await sealer.seal('top-secret-value', 'connection:1');
    const header = decodeProtectedHeader(sealed);
    expect(header).toEqual({ alg: 'dir', enc: 'A256GCM', kid: key.id, for: 'connection:1' });
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('top-secret-value');
  });

  test('does not open in another place', async () => {
    const sealed = await sealer.seal('x', 'connection:1');
    await expect(sealer.open(sealed, 'connection:2')).rejects.toThrow('does not belong to connection:2');
  });

  test('does not open with another key', async () => {
    const sealed = await sealer.seal('x', 'connection:1');
    await expect(new Sealer(new EncryptionKeys(aKey('first'))).open(sealed, 'connection:1')).rejects.toThrow();
  });

  test('does not open after a change of any part', async () => {
    const parts = (await sealer.seal('some plain text', 'connection:1')).split('.');
    const changed = parts.map((part, index) => {
      const other = part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`;
      return parts.map((one, at) => (at === index && part !== '' ? other : one)).join('.');
    });
    const whole = parts.join('.');
    for (const sealed of changed.filter((one) => one !== whole)) {
      await expect(sealer.open(sealed, 'connection:1')).rejects.toThrow();
    }
  });

  test('is different each time', async () => {
    expect(await sealer.seal('x', 'a')).not.toBe(await sealer.seal('x', 'a'));
  });
});

describe('hashes', () => {
  test('of codes are plain SHA-256', () => {
    expect(new Sealer(new EncryptionKeys(aKey())).hash('abc')).toBe(createHash('sha256').update('abc').digest('hex'));
  });

  test('of the audit cannot be made without the key', () => {
    expect(new Sealer(new EncryptionKeys(aKey())).mac('abc')).not.toBe(
      new Sealer(new EncryptionKeys(aKey())).mac('abc'),
    );
  });
});

describe('after a change of the key', () => {
  const [old, next] = [aKey('0123456789abcdef'), aKey('fedcba9876543210')];

  test('what was sealed before opens, and is sealed afresh for the same place', async () => {
    const before = await new Sealer(new EncryptionKeys(old)).seal('x', 'connection:1');
    const sealer = new Sealer(new EncryptionKeys(next, [old]));
    expect(await sealer.open(before, 'connection:1')).toBe('x');
    const after = await sealer.sealAfresh(before);
    expect(decodeProtectedHeader(after)).toMatchObject({ kid: next.id, for: 'connection:1' });
    expect(await new Sealer(new EncryptionKeys(next)).open(after, 'connection:1')).toBe('x');
  });

  test('what a value begins with tells its key', async () => {
    const sealed = await new Sealer(new EncryptionKeys(old)).seal('x', 'connection:1');
    expect(sealed.startsWith(beginningOf(old.id))).toBe(true);
    expect(sealed.startsWith(beginningOf(next.id))).toBe(false);
  });

  test('a process that has not heard of it looks before it gives up', async () => {
    const sealed = await new Sealer(new EncryptionKeys(next)).seal('x', 'connection:1');
    const keys = new EncryptionKeys(old);
    const sealer = new Sealer(keys);
    await expect(sealer.open(sealed, 'connection:1')).rejects.toThrow(`${next.id} is not one of this installation's`);
    keys.look = async () => keys.add(next);
    expect(await sealer.open(sealed, 'connection:1')).toBe('x');
  });

  test('the links of the audit from before are known', () => {
    const link = new Sealer(new EncryptionKeys(old)).mac('abc');
    expect(new Sealer(new EncryptionKeys(next, [old])).isMac('abc', link)).toBe(true);
    expect(new Sealer(new EncryptionKeys(next)).isMac('abc', link)).toBe(false);
  });
});
