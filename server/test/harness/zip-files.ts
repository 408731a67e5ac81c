import { writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';

/** The files of a zip file, in their order. A path that is there twice is here twice. */
export async function unzip(bytes: Buffer): Promise<[path: string, content: Buffer][]> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files: [string, Buffer][] = [];
  for await (const entry of zip.eachEntry()) {
    files.push([entry.fileName, await buffer(await zip.openReadStreamPromise(entry))]);
  }
  return files;
}

/** A zip file of these files. */
export async function zipOf(files: [path: string, content: Buffer | string][]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, content] of files) zip.addBuffer(Buffer.from(content), path);
  zip.end();
  return buffer(zip.outputStream);
}

/** Writes the zip file that results when its files are changed. */
export async function rezip(
  from: Buffer,
  to: string,
  change: (files: [path: string, content: Buffer | string][]) => [path: string, content: Buffer | string][],
): Promise<void> {
  writeFileSync(to, await zipOf(change(await unzip(from))));
}
