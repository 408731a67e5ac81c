import { readSync, writeSync } from 'node:fs';

const newline = 10;

/**
 * Lines of standard input, read with blocking calls: the process has nothing else to do, needs no stream and so no
 * network code, and ends by itself when its parent is gone.
 */
export function* inputLines(): Generator<string> {
  const buffer = Buffer.allocUnsafe(65_536);
  let pieces: Buffer[] = [];
  for (;;) {
    const length = readSync(0, buffer);
    if (length === 0) return;
    let start = 0;
    for (;;) {
      const end = buffer.subarray(0, length).indexOf(newline, start);
      if (end < 0) break;
      pieces.push(buffer.subarray(start, end));
      yield Buffer.concat(pieces).toString('utf8');
      pieces = [];
      start = end + 1;
    }
    if (start < length) pieces.push(Buffer.from(buffer.subarray(start, length)));
  }
}

/** Writes one line to standard output, whole, before it returns. */
export function writeLine(line: string): void {
  const bytes = Buffer.from(`${line}\n`, 'utf8');
  for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
}
