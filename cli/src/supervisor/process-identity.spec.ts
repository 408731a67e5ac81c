import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findProcess, isAlive, programName } from './process-identity.js';

describe('the identity of a process', () => {
  it('is stable while it lives and gone when it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('spawn', resolve));
    const identity = findProcess(child.pid as number);
    expect(identity).toEqual(findProcess(child.pid as number));
    expect(identity && isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(identity && isAlive(identity)).toBe(false);
    expect(findProcess(child.pid as number)).toBeUndefined();
  });

  it('is not that of a later process with the same pid', () => {
    expect(isAlive({ pid: process.pid, started: 'at another time' })).toBe(false);
  });

  it('tells nothing of a pid that nobody has', () => {
    expect(findProcess(2 ** 30)).toBeUndefined();
    expect(programName(2 ** 30)).toBeUndefined();
  });
});
