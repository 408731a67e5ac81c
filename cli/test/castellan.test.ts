import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminSession, type Session, signIn } from '../../server/test/harness/admin-session.js';
import { chooseFreePort } from '../src/supervisor/free-port.js';
import { findProcess } from '../src/supervisor/process-identity.js';
import { CASTELLAN, pathWithTemporal, removeInstallation, Supervised, servicePids } from './supervised.js';

let dataDir: string;
let port: number;
let running: Supervised[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'castellan-start-'));
  chmodSync(dataDir, 0o755);
  port = await chooseFreePort();
  running = [];
});

afterEach(async () => {
  for (const supervised of running) await supervised.stop();
  removeInstallation(dataDir);
});

async function start(command = 'start'): Promise<Supervised> {
  const supervised = await Supervised.start(dataDir, port, { command: [CASTELLAN, command] });
  running.push(supervised);
  return supervised;
}

/** Runs a command to its end. */
function castellan(...args: string[]): Promise<{ code: number; output: string }> {
  const env = { PATH: pathWithTemporal(), HOME: dataDir, DATA_DIR: dataDir, PORT: String(port) };
  return new Promise((resolve) => {
    execFile(process.execPath, [CASTELLAN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

function setupUrlIn(output: string): string | undefined {
  return /Set it up, once {2}(\S+)/.exec(output)?.[1];
}

describe('castellan start, with the real server', () => {
  it('gives a set-up link once, and keeps what was made through a kill -9 of everything', async () => {
    const first = await start();
    const setupUrl = setupUrlIn(first.output);
    await adminSession({ url: first.url, setupUrl });
    const pids = servicePids(dataDir);
    first.signal('SIGKILL');
    for (const pid of Object.values(pids)) process.kill(pid, 'SIGKILL');
    await first.ended();

    const second = await start();
    expect(setupUrl).toMatch(new RegExp(`^http://localhost:${port}/setup`));
    expect(setupUrlIn(second.output)).toBeUndefined();
    expect((await signIn(second)).workspaceId).not.toBe('');
  });

  it('waits for the server that a killed supervisor left draining, and takes its port', async () => {
    const first = await start();
    const { server } = servicePids(dataDir);
    await first.kill9();
    const second = await start();
    expect(findProcess(server)).toBeUndefined();
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
  });

  it('shows in one message that the key is another one, and leaves nothing running', async () => {
    await (await start()).stop();
    const key = join(dataDir, 'key');
    const right = readFileSync(key, 'utf8');
    writeFileSync(key, randomBytes(32).toString('base64'));
    const { code, output } = await castellan('start');
    expect(code).toBe(78);
    expect(output).toContain('Wrong encryption key');
    expect(findProcess(servicePids(dataDir).postgres)).toBeUndefined();

    writeFileSync(key, right);
    expect((await fetch(`${(await start()).url}/health/ready`)).status).toBe(200);
  });
});

describe('castellan stop', () => {
  it('stops the Castellan of a data folder', async () => {
    const supervised = await start();
    expect(await castellan('stop')).toMatchObject({ code: 0 });
    expect(await supervised.ended()).toBe(0);
    expect((await castellan('stop')).output).toContain('Nothing runs on');
  });

  it('stops what a killed supervisor left behind', async () => {
    await (await start()).kill9();
    const { output } = await castellan('stop');
    expect(output).toContain('Postgres    had been left running, stopped');
    expect(findProcess(servicePids(dataDir).temporal)).toBeUndefined();
  });
});

describe('castellan demo', () => {
  it('has templates installed and runs made, and signs in the same way at the next start', async () => {
    const signInLine = (output: string) => /Sign in with {5}(\S+) {2}(\S+)/.exec(output)?.slice(1);
    const first = await start('demo');
    const [email = '', password = ''] = signInLine(first.output) ?? [];
    const session = await signIn(first, { email, password });
    const runs = await settledRuns(session);
    // New hires have sensitive access coming: the first waits for a decision, the second for its turn.
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded', 'waiting', 'queued']));
    await first.stop();

    const second = await start('demo');
    expect(signInLine(second.output)).toEqual([email, password]);
    expect(await settledRuns(await signIn(second, { email, password }))).toHaveLength(runs.length);
  });
});

interface RunRow {
  status: string;
}

/** All runs of the workspace, once none goes on by itself: each has ended, waits for somebody, or for one that waits. */
async function settledRuns(session: Session): Promise<RunRow[]> {
  for (;;) {
    const { items } = (await session.inWorkspace<{ items: RunRow[] }>('GET', '/runs')).body;
    const waits = items.some(({ status }) => status === 'waiting');
    const settled = ['succeeded', 'failed', 'cancelled', 'waiting', ...(waits ? ['queued'] : [])];
    if (items.every(({ status }) => settled.includes(status))) return items;
    await delay(200);
  }
}

describe('castellan doctor', () => {
  it('prints every setting with its source and finds nothing wrong on a fresh machine', async () => {
    const { code, output } = await castellan('doctor');
    expect(output).toMatch(new RegExp(`PORT +${port} +\\(environment\\)`));
    expect(output).toMatch(/HOST +127\.0\.0\.1 +\(default\)/);
    expect(output).toContain('✓ Postgres');
    expect(code).toBe(0);
  });

  it('says what is wrong with a setting', async () => {
    const { code, output } = await castellan('doctor', '--port', 'many');
    expect(output).toContain('! PORT');
    expect(code).toBe(1);
  });
});

describe('castellan rotate-key', () => {
  it('makes a new key and keeps the old one for the next start, once', async () => {
    const old = randomBytes(32).toString('base64');
    writeFileSync(join(dataDir, 'key'), old, { mode: 0o600 });
    const { code, output } = await castellan('rotate-key');
    expect(output).toContain('Restart the server');
    expect(code).toBe(0);
    expect(readFileSync(join(dataDir, 'key.previous'), 'utf8')).toBe(old);
    const next = readFileSync(join(dataDir, 'key'), 'utf8');
    expect(Buffer.from(next, 'base64')).toHaveLength(32);
    expect(next).not.toBe(old);
    expect(await castellan('rotate-key')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Restart it first'),
    });
    expect(readFileSync(join(dataDir, 'key'), 'utf8')).toBe(next);
  });

  it('says that there is nothing to change before the first start', async () => {
    expect(await castellan('rotate-key')).toMatchObject({
      code: 1,
      output: expect.stringContaining('There is no key'),
    });
  });
});

describe('the command line', () => {
  it.each([
    [['start', '--prot', '5'], "Unknown option '--prot'"],
    [['begin'], 'There is no command "begin"'],
    [['start', 'now'], '"now" is not understood'],
  ])('refuses %j with a sentence', async (args, sentence) => {
    const { code, output } = await castellan(...args);
    expect(output).toContain(sentence);
    expect(code).toBe(64);
  });
});
