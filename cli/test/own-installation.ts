import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { chooseFreePort } from '../src/supervisor/free-port.js';
import { type BeginOptions, CASTELLAN, pathWithTemporal, removeInstallation, Supervised } from './supervised.js';

/** What each test of a file has for itself: a data folder, a port, and what it started, which ends with the test. */
export class OwnInstallation {
  dataDir = '';
  port = 0;
  private running: Supervised[] = [];

  /** Registers the making and the removal; what it answers is filled before each test. */
  static ofEachTest(): OwnInstallation {
    const installation = new OwnInstallation();
    beforeEach(() => installation.make());
    afterEach(() => installation.remove());
    return installation;
  }

  /** Starts and waits until everything runs. */
  async start(options?: BeginOptions): Promise<Supervised> {
    const supervised = await Supervised.start(this.dataDir, this.port, options);
    this.running.push(supervised);
    return supervised;
  }

  /** Runs a command of the command line to its end. */
  castellan(...args: string[]): Promise<{ code: number; output: string }> {
    const env = { PATH: pathWithTemporal(), HOME: this.dataDir, DATA_DIR: this.dataDir, PORT: String(this.port) };
    return new Promise((resolve) => {
      execFile(process.execPath, [CASTELLAN, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  private async make(): Promise<void> {
    this.dataDir = mkdtempSync(join(tmpdir(), 'castellan-start-'));
    chmodSync(this.dataDir, 0o755);
    this.port = await chooseFreePort();
    this.running = [];
  }

  private async remove(): Promise<void> {
    for (const supervised of this.running) await supervised.stop();
    removeInstallation(this.dataDir);
  }
}
