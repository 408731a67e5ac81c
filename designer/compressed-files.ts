import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Below this the headers outweigh what is saved. */
const leastBytes = 1_024;
/** One below the highest levels, which take ten times as long for a few per cent. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const brotli = promisify(brotliCompress);
const zip = promisify<Buffer, Buffer>(gzip);

/**
 * Writes each file of the build twice more, compressed, so that the server sends it without work. Brotli for browsers
 * over https and on the same machine, gzip for the others.
 */
export const compressedFiles = (): Plugin => ({
  name: 'compressed-files',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    const write = async (fileName: string, content: string | Uint8Array) => {
      const bytes = Buffer.from(content);
      if (bytes.length < leastBytes) return;
      const file = join(dir, fileName);
      await Promise.all([
        writeFile(`${file}.br`, await brotli(bytes, quality)),
        writeFile(`${file}.gz`, await zip(bytes)),
      ]);
    };
    const files = Object.values(bundle);
    await Promise.all(files.map((file) => write(file.fileName, file.type === 'chunk' ? file.code : file.source)));
  },
});
