import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { startPostgres } from '../../server/test/harness/postgres.js';
import { chooseFreePort } from '../src/supervisor/free-port.js';
import { findProcess } from '../src/supervisor/process-identity.js';
import { OwnInstallation } from './own-installation.js';
import { Supervised, servicePids } from './supervised.js';

const isRoot = process.getuid?.() === 0;
const installation = OwnInstallation.ofEachTest();

/** Waits until a process is gone. */
async function goneOf(pid: number): Promise<void> {
  while (findProcess(pid) !== undefined) await delay(50);
}

describe('castellan start', () => {
  it('brings everything up, says where it is, and stops everything at Ctrl+C', async () => {
    const supervised = await installation.start();
    const pids = servicePids(installation.dataDir);
    await supervised.answer();
    expect(supervised.output).toContain(`Castellan is at  http://127.0.0.1:${installation.port}`);
    expect(supervised.output).toContain(`Data folder      ${installation.dataDir}`);
    expect(supervised.output).toContain(`Set it up, once  http://127.0.0.1:${installation.port}/setup#code=once`);

    expect(await supervised.stop()).toBe(0);
    for (const pid of Object.values(pids)) expect(findProcess(pid)).toBeUndefined();
    expect(existsSync(join(installation.dataDir, 'castellan.lock'))).toBe(false);
    expect(existsSync(join(installation.dataDir, 'pg', 'data', 'postmaster.pid'))).toBe(false);
  });

  it('keeps data and internal ports from one start to the next', async () => {
    const first = await installation.start();
    const before = JSON.parse(readFileSync(join(installation.dataDir, 'state.json'), 'utf8'));
    await first.stop();
    const second = await installation.start();
    expect((await second.answer()).starts).toHaveLength(2);
    expect(JSON.parse(readFileSync(join(installation.dataDir, 'state.json'), 'utf8'))).toEqual(before);
  });

  it('keeps secrets readable by their owner alone', async () => {
    await installation.start();
    const mode = (path: string) => (statSync(join(installation.dataDir, path)).mode & 0o777).toString(8);
    expect(mode('state.json')).toBe('600');
    expect(mode('pg/data')).toBe('700');
    expect(mode('temporal')).toBe('700');
    expect(mode('logs')).toBe('700');
  });

  it('takes signals that come together for one, and stops cleanly', async () => {
    const supervised = await installation.start();
    for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) supervised.signal(signal);
    expect(await supervised.ended()).toBe(0);
    expect(supervised.output.match(/Stopping/g)).toHaveLength(1);
    expect(supervised.output).toContain('Stopped. Everything is kept in');
  });

  it('can be stopped while it is still starting', async () => {
    const supervised = Supervised.begin(installation.dataDir, installation.port);
    while (!existsSync(join(installation.dataDir, 'temporal', 'process.json'))) await delay(20);
    const temporal = servicePids(installation.dataDir).temporal;
    expect(await supervised.stop()).toBe(0);
    expect(findProcess(temporal)).toBeUndefined();
  });

  it('uses a Postgres and a Temporal that exist instead of its own', async () => {
    const database = await startPostgres();
    const temporal = inject('temporal').address;
    const supervised = await installation.start({ env: { DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal } });
    expect((await supervised.answer()).starts).toMatchObject([{ temporal }]);
    expect(existsSync(join(installation.dataDir, 'pg'))).toBe(false);
    expect(existsSync(join(installation.dataDir, 'temporal'))).toBe(false);
  });

  it.runIf(isRoot)('works as a user without rights', async () => {
    const nobody = 65_534;
    mkdirSync(join(installation.dataDir, 'bin'));
    copyFileSync(inject('temporal').binary, join(installation.dataDir, 'bin', 'temporal'));
    for (const path of [
      installation.dataDir,
      join(installation.dataDir, 'bin'),
      join(installation.dataDir, 'bin', 'temporal'),
    ])
      chownSync(path, nobody, nobody);
    const supervised = await installation.start({ uid: nobody });
    expect((await supervised.answer()).starts).toHaveLength(1);
    expect(statSync(join(installation.dataDir, 'pg', 'data')).uid).toBe(nobody);
  });
});

describe('a kill -9', () => {
  it('of the supervisor ends the server, and the next start takes Postgres and Temporal over', async () => {
    const first = await installation.start();
    const before = servicePids(installation.dataDir);
    await first.kill9();
    await goneOf(before.server);
    expect(findProcess(before.postgres)).toBeDefined();
    expect(findProcess(before.temporal)).toBeDefined();

    const second = await installation.start();
    const after = servicePids(installation.dataDir);
    expect([after.postgres, after.temporal]).toEqual([before.postgres, before.temporal]);
    expect((await second.answer()).starts).toHaveLength(2);
    expect(second.output).toContain('was still running');
    await second.stop();
    expect(findProcess(before.postgres)).toBeUndefined();
    expect(findProcess(before.temporal)).toBeUndefined();
  });

  it('of Postgres is mended at once, with all data', async () => {
    const supervised = await installation.start();
    const before = servicePids(installation.dataDir);
    process.kill(before.postgres, 'SIGKILL');
    await goneOf(before.postgres);
    expect((await supervised.answer()).starts).toHaveLength(1);
    expect(servicePids(installation.dataDir).postgres).not.toBe(before.postgres);
    expect(servicePids(installation.dataDir).server).toBe(before.server);
  });

  it('of a Postgres that was taken over is mended as well', async () => {
    await (await installation.start()).kill9();
    const supervised = await installation.start();
    process.kill(servicePids(installation.dataDir).postgres, 'SIGKILL');
    expect((await supervised.answer()).starts).toHaveLength(2);
  });

  it('of Temporal is mended at once, on the same port', async () => {
    const supervised = await installation.start();
    const before = servicePids(installation.dataDir);
    const state = readFileSync(join(installation.dataDir, 'state.json'), 'utf8');
    process.kill(before.temporal, 'SIGKILL');
    while (!supervised.output.includes('Temporal    runs again')) await delay(50);
    expect(servicePids(installation.dataDir).temporal).not.toBe(before.temporal);
    expect(readFileSync(join(installation.dataDir, 'state.json'), 'utf8')).toBe(state);
  });

  it('of the server is mended at once', async () => {
    const supervised = await installation.start();
    const before = servicePids(installation.dataDir).server;
    process.kill(before, 'SIGKILL');
    expect((await supervised.answer(({ pid }) => pid !== before)).starts).toHaveLength(2);
  });

  it('of everything is mended by the next start', async () => {
    const first = await installation.start();
    const before = servicePids(installation.dataDir);
    first.signal('SIGKILL');
    for (const pid of Object.values(before)) process.kill(pid, 'SIGKILL');
    await first.ended();
    const second = await installation.start();
    expect((await second.answer()).starts).toHaveLength(2);
  });

  it('in the middle of the first start leaves nothing that a next start trips over', async () => {
    const first = Supervised.begin(installation.dataDir, installation.port);
    while (!existsSync(join(installation.dataDir, 'pg'))) await delay(5);
    await first.kill9();
    const second = await installation.start();
    expect((await second.answer()).starts).toHaveLength(1);
  });
});

describe('what a person has to mend', () => {
  it('a busy port is told at once, with the remedy', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(installation.port, '127.0.0.1', resolve));
    const supervised = Supervised.begin(installation.dataDir, installation.port);
    expect(await supervised.ended()).toBe(1);
    expect(supervised.output).toContain(`Port ${installation.port} on 127.0.0.1 is in use by another program.`);
    expect(supervised.output).toContain('--port');
    other.close();
  });

  it('a second start on the same data folder is refused and leaves the first alone', async () => {
    const first = await installation.start();
    const second = Supervised.begin(installation.dataDir, await chooseFreePort());
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain(`already runs on this data folder (pid`);
    expect(second.output).toContain(`http://127.0.0.1:${installation.port}`);
    expect((await first.answer()).starts).toHaveLength(1);
  });

  it('settings that the server refuses are shown in its own line, and it is not started again', async () => {
    const supervised = Supervised.begin(installation.dataDir, installation.port, {
      env: { STAND_IN_REFUSES: 'The key is another one.' },
    });
    expect(await supervised.ended()).toBe(78);
    expect(supervised.output).toContain('\nThe key is another one.\n');
    expect(supervised.output).not.toContain('started again');
    expect(existsSync(join(installation.dataDir, 'pg', 'data', 'postmaster.pid'))).toBe(false);
  });

  it.runIf(isRoot)('a data folder that the Postgres user cannot enter is refused with that sentence', async () => {
    chmodSync(installation.dataDir, 0o700);
    const supervised = Supervised.begin(join(installation.dataDir, 'inside'), installation.port);
    expect(await supervised.ended()).toBe(1);
    expect(supervised.output).toContain('cannot be entered by the user that Postgres runs as');
  });

  it('a postmaster file whose pid another program has now does not keep Postgres from starting', async () => {
    const first = await installation.start();
    const pid = servicePids(installation.dataDir).postgres;
    const file = join(installation.dataDir, 'pg', 'data', 'postmaster.pid');
    const left = readFileSync(file, 'utf8').replace(String(pid), String(process.pid));
    await first.stop();
    writeFileSync(file, left);
    const second = await installation.start();
    expect((await second.answer()).starts).toHaveLength(2);
  });
});
