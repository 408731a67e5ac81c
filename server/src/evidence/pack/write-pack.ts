import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type EvidenceManifest, packFiles } from '@castellan/api';
import { ZipFile } from 'yazl';

/** A file of a pack. Its content is asked for when its turn comes, once. */
export interface PackFile {
  path: string;
  /** What is in it, in a few words. */
  holds: string;
  content: () => AsyncIterable<string>;
}

/** What the manifest says beside its files. */
export type PackFacts = Omit<EvidenceManifest, 'files'>;

export interface Pack {
  /** In the order in which they are written. */
  files: PackFile[];
  /** Asked for when the files are written. */
  about: () => Promise<PackFacts>;
  /** PEM. */
  publicKey: string;
  sign: (bytes: Buffer) => Buffer;
  /** When the pack was made: the date of all its files. */
  at: Date;
}

type ListedFile = EvidenceManifest['files'][number];

/** Bytes that go on to the file at one time. */
const chunkBytes = 64 * 1024;

/**
 * The pack as a zip file that is written while it is read, so that it takes no more memory however long it is. The
 * manifest and its signature come last. A file that cannot be read ends the stream with that error, and the zip file
 * is not whole then.
 */
export function writePack({ files, about, publicKey, sign, at }: Pack): Readable {
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  const listed: ListedFile[] = [];
  let reading: Readable | null = null;
  const add = (path: string, content: () => AsyncIterable<Buffer>): void =>
    zip.addReadStreamLazy(path, { mtime: at, mode: 0o100644 }, (use) => {
      reading = Readable.from(content());
      reading.once('error', (error) => out.destroy(error));
      use(null, reading);
    });
  for (const { path, holds, content } of files) {
    add(path, () => noted(content(), (facts) => listed.push({ path, ...facts, holds })));
  }
  let manifest: Buffer | null = null;
  add(packFiles.manifest, async function* () {
    manifest = Buffer.from(`${JSON.stringify({ ...(await about()), files: listed }, null, 2)}\n`);
    yield manifest;
  });
  add(packFiles.signature, async function* () {
    if (manifest) yield sign(manifest);
  });
  add(packFiles.publicKey, async function* () {
    yield Buffer.from(publicKey);
  });
  zip.once('error', (error) => out.destroy(error));
  // Whoever reads it has gone: nothing more is read for it.
  out.once('close', () => reading?.destroy());
  zip.end();
  return out;
}

/** Passes a file on in larger pieces, and tells its size and hash at its end. */
async function* noted(
  content: AsyncIterable<string>,
  tell: (facts: { bytes: number; sha256: string }) => void,
): AsyncIterable<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of inChunks(content)) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  tell({ bytes, sha256: hash.digest('hex') });
}

async function* inChunks(content: AsyncIterable<string>): AsyncIterable<Buffer> {
  let waiting = '';
  for await (const text of content) {
    waiting += text;
    if (waiting.length < chunkBytes) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
