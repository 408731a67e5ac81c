import { closeSync, copyFileSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** A service's log is copied to `<name>.1` and begun anew past this size. */
const ROTATE_BYTES = 10 * 1024 * 1024;
/** Enough for the 50 last lines, even when some of them are stack traces in JSON. */
const TAIL_BYTES = 64 * 1024;

/**
 * The file a service writes to by itself, without a pipe through the supervisor: a service that outlives a killed
 * supervisor must not die of a broken pipe. It is opened for appending, so it may be cut while the service writes.
 */
export class LogFile {
  private from = 0;

  constructor(readonly path: string) {}

  /** A descriptor to hand to a child as its output; the caller closes it after the spawn. */
  open(): number {
    this.rotate();
    this.from = this.size();
    return openSync(this.path, 'a', 0o600);
  }

  /** The last lines written since the service was last started, oldest first. */
  tail(lines = 50): string[] {
    const size = this.size();
    const start = Math.max(Math.min(this.from, size), size - TAIL_BYTES);
    if (size === start) return [];
    const buffer = Buffer.alloc(size - start);
    const file = openSync(this.path, 'r');
    try {
      readSync(file, buffer, 0, buffer.length, start);
    } finally {
      closeSync(file);
    }
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
  }

  /** Keeps one older file. Lines written between copy and cut are lost: a log, not a record. */
  rotate(limit = ROTATE_BYTES): void {
    if (this.size() <= limit) return;
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
    this.from = 0;
  }

  private size(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }
}
