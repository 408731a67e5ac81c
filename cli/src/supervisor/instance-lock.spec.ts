import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceLock } from './instance-lock.js';
import { findProcess } from './process-identity.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-lock-'));
  path = join(folder, 'castellan.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of a data folder', () => {
  it('refuses a second start and says who has it and where', () => {
    InstanceLock.take(path, 'http://127.0.0.1:4600');
    expect(() => InstanceLock.take(path, 'http://127.0.0.1:4601')).toThrow(
      `already runs on this data folder (pid ${process.pid}) at http://127.0.0.1:4600`,
    );
  });

  it('is free again once released, and leaves no file', () => {
    InstanceLock.take(path, 'http://127.0.0.1:4600').release();
    expect(readdirSync(folder)).toEqual([]);
    InstanceLock.take(path, 'http://127.0.0.1:4601');
    expect(InstanceLock.findHolder(path)?.url).toBe('http://127.0.0.1:4601');
  });

  it('is taken over from a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const identity = findProcess(child.pid as number);
    writeFileSync(path, JSON.stringify({ ...identity, url: 'http://127.0.0.1:1' }));
    expect(() => InstanceLock.take(path, 'http://127.0.0.1:2')).toThrow('already runs');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    InstanceLock.take(path, 'http://127.0.0.1:2');
    expect(InstanceLock.findHolder(path)?.url).toBe('http://127.0.0.1:2');
  });

  it('is taken over when its pid belongs to a later process', () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, started: 'at another time', url: 'http://127.0.0.1:1' }));
    InstanceLock.take(path, 'http://127.0.0.1:2');
    expect(InstanceLock.findHolder(path)?.url).toBe('http://127.0.0.1:2');
  });

  it('is taken over when its file was cut short', () => {
    writeFileSync(path, '{"pid": 12');
    InstanceLock.take(path, 'http://127.0.0.1:2');
    expect(existsSync(path)).toBe(true);
  });
});
