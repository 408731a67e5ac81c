import { createHash } from 'node:crypto';
import yauzl from 'yauzl';

/** A file of a zip file. */
export interface ZipEntry {
  path: string;
  /** Its name as it stands before its bytes: a program that reads from the beginning sees this one. */
  ownName: string;
  /** Whether bytes stand before it that belong to no file. */
  hidden: boolean;
}

/** What is after the bytes of a file at most, before the next one begins. */
const longestDescriptor = 24;

/** A zip file, read from the disk as it is asked for: it may be larger than the memory. */
export class PackZip {
  private constructor(
    private readonly zip: yauzl.ZipFile,
    private readonly byPath: Map<string, yauzl.Entry>,
    readonly entries: ZipEntry[],
  ) {}

  /** Rejects where it is no zip file, or not a whole one. */
  static async open(path: string): Promise<PackZip> {
    const zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true, strictFileNames: true });
    const found: yauzl.Entry[] = [];
    for await (const entry of zip.eachEntry()) found.push(entry);
    const entries: ZipEntry[] = [];
    let end = 0;
    for (const entry of [...found].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)) {
      const { fileName, fileDataStart } = await zip.readLocalFileHeaderPromise(entry);
      const gap = entry.relativeOffsetOfLocalHeader - end;
      const hidden = entries.length === 0 ? gap !== 0 : gap < 0 || gap > longestDescriptor;
      entries.push({ path: entry.fileName, ownName: fileName.toString('utf8'), hidden });
      end = fileDataStart + entry.compressedSize;
    }
    return new PackZip(zip, new Map(found.map((entry) => [entry.fileName, entry])), entries);
  }

  /** The bytes of a short file; null where there is none, or it is longer than that. */
  async read(path: string, most: number): Promise<Buffer | null> {
    const entry = this.byPath.get(path);
    if (!entry || entry.uncompressedSize > most) return null;
    const chunks: Buffer[] = [];
    for await (const chunk of await this.zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** Length and SHA-256 of a file. Rejects where it cannot be unpacked. */
  async measure(path: string): Promise<{ bytes: number; sha256: string } | null> {
    const entry = this.byPath.get(path);
    if (!entry) return null;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  close(): void {
    this.zip.close();
  }
}
