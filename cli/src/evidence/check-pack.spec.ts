import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  fingerprintOf,
  makeSigningPair,
  type PackFacts,
  type SigningPair,
  signBytes,
  writePack,
} from '@castellan/server/evidence-pack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rezip, unzip, zipOf } from '../../../server/test/harness/zip-files.js';
import { checkPack } from './check-pack.js';

const own = makeSigningPair();
const other = makeSigningPair();
const keyOf = ({ publicKey }: SigningPair) => createPublicKey(publicKey);

const aboutWith = (pair: SigningPair): PackFacts => ({
  format: 'castellan-evidence/1',
  run: {
    ...{ id: '019f0000-0000-7000-8000-000000000001', flowId: '019f0000-0000-7000-8000-000000000002' },
    ...{ flowName: 'Leaver', version: 3, mode: 'live', status: 'succeeded', simulated: false },
    endedAt: '2026-01-02T03:04:05.000Z',
  },
  workspace: { id: '019f0000-0000-7000-8000-000000000003', name: 'IT' },
  ...{ madeAt: '2026-01-03T00:00:00.000Z', madeBy: 'ada@example.com', release: '1.0.0' },
  key: { id: pair.id, fingerprint: fingerprintOf(keyOf(pair)) },
  auditHead: { seq: 7, hash: 'ab' },
});

async function* textOf(...parts: string[]): AsyncIterable<string> {
  yield* parts;
}

const aPack = (pair = own, over: { run?: string } = {}): Promise<Buffer> =>
  buffer(
    writePack({
      files: [
        { path: 'run.json', holds: 'the run', content: () => textOf(over.run ?? '{"status":"succeeded"}\n') },
        { path: 'effects.jsonl', holds: 'writes', content: () => textOf('{"n":1}\n', '{"n":2}\n') },
        { path: 'plans.jsonl', holds: 'plans', content: () => textOf() },
      ],
      about: async () => aboutWith(pair),
      publicKey: pair.publicKey,
      sign: (bytes) => signBytes(bytes, pair.privateKey),
      at: new Date('2026-01-03T00:00:00.000Z'),
    }),
  );

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'));
  path = join(folder, 'pack.zip');
});
afterEach(() => rmSync(folder, { recursive: true }));

type Files = [path: string, content: Buffer | string][];
/** Checks a pack after somebody was at it. */
async function check(change: (files: Files) => Files, keys = [own]) {
  await rezip(await aPack(), path, change);
  return checkPack(path, keys.map(keyOf));
}
const replaced = (name: string, content: string) => (files: Files) =>
  files.map(([file, was]): Files[number] => [file, file === name ? content : was]);
const without = (name: string) => (files: Files) => files.filter(([file]) => file !== name);
const messages = ({ problems }: { problems: { message: string }[] }) => problems.map(({ message }) => message);

describe('a pack that nobody was at', () => {
  test('is unaltered, and signed with the key that was given', async () => {
    writeFileSync(path, await aPack());
    const checked = await checkPack(path, [keyOf(other), keyOf(own)]);
    expect(checked).toMatchObject({ problems: [], keyGiven: true, key: { id: own.id } });
    expect(checked.manifest?.files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['run.json', 23],
      ['effects.jsonl', 16],
      ['plans.jsonl', 0],
    ]);
  });

  test('is not vouched for by the key that is in it', async () => {
    writeFileSync(path, await aPack());
    expect(await checkPack(path, [])).toMatchObject({ problems: [], keyGiven: false, key: { id: own.id } });
  });

  test('is the same, byte by byte, when it is made again of the same', async () => {
    expect((await aPack()).equals(await aPack())).toBe(true);
  });

  test('may have been zipped afresh: its files are what is signed', async () => {
    expect(await check((files) => files.toReversed())).toMatchObject({ problems: [], keyGiven: true });
  });
});

describe('names what was done to a pack', () => {
  test('an altered file of the same length', async () => {
    const checked = await check(replaced('effects.jsonl', '{"n":1}\n{"n":3}\n'));
    expect(messages(checked)).toEqual(['effects.jsonl was altered: its content is another']);
  });

  test('an altered file of another length', async () => {
    const checked = await check(replaced('run.json', '{}'));
    expect(messages(checked)).toEqual(['run.json was altered: 2 bytes instead of 23']);
  });

  test('a missing file', async () => {
    expect(messages(await check(without('effects.jsonl')))).toEqual(['effects.jsonl is missing']);
  });

  test('an added file', async () => {
    const checked = await check((files) => [...files, ['approvals.jsonl', '{}']]);
    expect(messages(checked)).toEqual(['approvals.jsonl was added: the manifest does not name it']);
  });

  test('a second file of the same name, whichever a program would show', async () => {
    const checked = await check((files) => [['run.json', '{"status":"failed"}'], ...files]);
    expect(messages(checked)).toContain('run.json is there more than once');
  });

  test('a file that was hidden before the others', async () => {
    const [hidden, pack] = [await zipOf([['run.json', '{}']]), await aPack()];
    // What a program finds that reads from the beginning and not by the directory at the end.
    writeFileSync(path, shifted(pack, hidden.subarray(0, hidden.indexOf('PK\x01\x02'))));
    expect(messages(await checkPack(path, [keyOf(own)]))).toEqual([
      'run.json has bytes before it that belong to no file',
    ]);
  });

  test('a file that is called otherwise in front of its content', async () => {
    const pack = await aPack();
    pack.write('xun.json', pack.indexOf('run.json'));
    writeFileSync(path, pack);
    expect(messages(await checkPack(path, [keyOf(own)]))).toEqual([
      'run.json is called xun.json in front of its content',
    ]);
  });

  test('an altered manifest, even where it fits the altered file', async () => {
    const forged = await unzip(await aPack(own, { run: '{"status":"failed"}' }));
    const checked = await check((files) =>
      files.map(([file, was]): Files[number] => [
        file,
        file === 'run.json' || file === 'manifest.json' ? (forged.find(([name]) => name === file)?.[1] ?? '') : was,
      ]),
    );
    expect(messages(checked)).toEqual([
      'manifest.json does not fit its signature: it was altered, or signed with a key that is neither given nor in the pack',
    ]);
    expect(checked.key).toBeNull();
  });

  test('a manifest of which only the spaces were altered', async () => {
    const checked = await check((files) =>
      files.map(([file, was]): Files[number] => [
        file,
        file === 'manifest.json' ? JSON.stringify(JSON.parse(String(was))) : was,
      ]),
    );
    expect(checked.problems.map(({ kind }) => kind)).toEqual(['signature']);
  });

  test('a whole pack that somebody else made and signed, in whose pack their own key is', async () => {
    writeFileSync(path, await aPack(other, { run: '{"status":"failed"}' }));
    const checked = await checkPack(path, [keyOf(own)]);
    expect(messages(checked)).toEqual([
      `manifest.json is signed with key ${other.id}, which is none of those that were given`,
    ]);
    expect(checked.keyGiven).toBe(false);
  });

  test('a manifest that names another key than the one that signed', async () => {
    const manifest = JSON.stringify({ ...aboutWith(own), files: [] });
    const signature = signBytes(Buffer.from(manifest), other.privateKey);
    const files: Files = [
      ['manifest.json', manifest],
      ['manifest.sig', signature],
      ['public-key.pem', other.publicKey],
    ];
    writeFileSync(path, await zipOf(files));
    expect(messages(await checkPack(path, []))).toEqual([
      `manifest.json names another key than the one that signed, ${other.id}`,
    ]);
  });

  test('another public key put into the pack', async () => {
    const checked = await check(replaced('public-key.pem', other.publicKey));
    expect(messages(checked)).toEqual(['public-key.pem was altered: it is not the key that signed']);
  });

  test.each(['manifest.json', 'manifest.sig', 'public-key.pem'])('that %s is missing', async (name) => {
    expect(messages(await check(without(name)))).toContain(`${name} is missing`);
  });

  test('a manifest that is none', async () => {
    expect(messages(await check(replaced('manifest.json', 'nothing')))).toContain(
      'manifest.json is no manifest of a pack',
    );
  });

  test('all of it at once', async () => {
    const checked = await check((files) => [
      ...without('plans.jsonl')(replaced('run.json', '{}')(files)),
      ['x.txt', ''],
    ]);
    expect(checked.problems.map(({ kind, path }) => [kind, path])).toEqual([
      ['added', 'x.txt'],
      ['altered', 'run.json'],
      ['missing', 'plans.jsonl'],
    ]);
  });
});

test('a pack whose download broke off is no whole one', async () => {
  const pack = await aPack();
  writeFileSync(path, pack.subarray(0, pack.length - 40));
  await expect(checkPack(path, [])).rejects.toThrow();
});

test('a file that cannot be read while a pack is written ends it with that error, without a manifest', async () => {
  const pack = writePack({
    files: [
      {
        ...{ path: 'run.json', holds: 'the run' },
        content: async function* () {
          yield '{';
          throw new Error('the database is gone');
        },
      },
    ],
    about: async () => aboutWith(own),
    ...{ publicKey: own.publicKey, sign: (bytes) => signBytes(bytes, own.privateKey), at: new Date() },
  });
  await expect(buffer(pack)).rejects.toThrow('the database is gone');
});

/** A zip file with bytes in front, and its directory moved by as much. */
function shifted(zip: Buffer, front: Buffer): Buffer {
  const moved = Buffer.from(zip);
  for (let at = moved.indexOf('PK\x01\x02'); at >= 0; at = moved.indexOf('PK\x01\x02', at + 4)) {
    moved.writeUInt32LE(moved.readUInt32LE(at + 42) + front.length, at + 42);
  }
  const end = moved.lastIndexOf('PK\x05\x06');
  moved.writeUInt32LE(moved.readUInt32LE(end + 16) + front.length, end + 16);
  return Buffer.concat([front, moved]);
}
