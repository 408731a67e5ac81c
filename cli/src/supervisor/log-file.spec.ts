import { appendFileSync, closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from './log-file.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-log-'));
  path = join(folder, 'service.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a log file', () => {
  it('tells the last lines of the present start, not those of an earlier one', () => {
    writeFileSync(path, 'from before\n');
    const log = new LogFile(path);
    const descriptor = log.open();
    writeSync(descriptor, 'one\ntwo\nthree\n');
    closeSync(descriptor);
    expect(log.tail(2)).toEqual(['two', 'three']);
    expect(log.tail()).toEqual(['one', 'two', 'three']);
  });

  it('tells nothing before anything is written', () => {
    const log = new LogFile(path);
    expect(log.tail()).toEqual([]);
    closeSync(log.open());
    expect(log.tail()).toEqual([]);
  });

  it('keeps one older file when it has grown too large', () => {
    const log = new LogFile(path);
    writeFileSync(path, 'x'.repeat(100));
    log.rotate(50);
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(readFileSync(`${path}.1`, 'utf8')).toHaveLength(100);
  });

  it('may be cut while its service writes to it', () => {
    const log = new LogFile(path);
    const descriptor = log.open();
    writeSync(descriptor, 'before the cut\n');
    log.rotate(5);
    writeSync(descriptor, 'after the cut\n');
    closeSync(descriptor);
    expect(readFileSync(path, 'utf8')).toBe('after the cut\n');
    appendFileSync(path, 'later\n');
    expect(log.tail()).toEqual(['after the cut', 'later']);
  });
});
