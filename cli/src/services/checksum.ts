import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StartError } from '../supervisor/start-error.js';

/** The SHA-256 of a file, in lower-case hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Refuses a file that is not, byte for byte, the one expected. */
export async function requireChecksum(path: string, expected: string): Promise<void> {
  const found = await sha256(path);
  if (found === expected) return;
  throw new StartError(
    `${basename(path)} is not the file that was released: its SHA-256 is ${found}, expected ${expected}. ` +
      'It was not used. Try again; if it stays so, something on the way to the internet changes downloads.',
  );
}

/** Finds a file's sum in a list as `sha256sum` writes it: one `<sum>  <name>` a line. */
export function findChecksum(list: string, name: string): string | undefined {
  for (const line of list.split('\n')) {
    const [sum, file] = line.trim().split(/\s+/);
    if (file?.replace(/^\*/, '') === name) return sum;
  }
  return undefined;
}
