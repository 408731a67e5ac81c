import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Session, signIn } from '../../server/test/harness/admin-session.js';
import { findProcess } from '../src/supervisor/process-identity.js';
import { OwnInstallation } from './own-installation.js';
import { CASTELLAN, servicePids } from './supervised.js';

const installation = OwnInstallation.ofEachTest();

describe('castellan start, with the real server', () => {
  it('shows in one message that the key is another one, and leaves nothing running', async () => {
    await (await installation.start({ command: [CASTELLAN, 'start'] })).stop();
    const key = join(installation.dataDir, 'key');
    const right = readFileSync(key, 'utf8');
    writeFileSync(key, randomBytes(32).toString('base64'));
    const { code, output } = await installation.castellan('start');
    expect(code).toBe(78);
    expect(output).toContain('Wrong encryption key');
    expect(findProcess(servicePids(installation.dataDir).postgres)).toBeUndefined();

    writeFileSync(key, right);
    expect(
      (await fetch(`${(await installation.start({ command: [CASTELLAN, 'start'] })).url}/health/ready`)).status,
    ).toBe(200);
  });
});

describe('castellan stop', () => {
  it('stops the Castellan of a data folder', async () => {
    const supervised = await installation.start({ command: [CASTELLAN, 'start'] });
    expect(await installation.castellan('stop')).toMatchObject({ code: 0 });
    expect(await supervised.ended()).toBe(0);
    expect((await installation.castellan('stop')).output).toContain('Nothing runs on');
  });
});

describe('castellan demo', () => {
  it('has templates installed and runs made, and signs in the same way at the next start', async () => {
    const signInLine = (output: string) => /Sign in with {5}(\S+) {2}(\S+)/.exec(output)?.slice(1);
    const first = await installation.start({ command: [CASTELLAN, 'demo'] });
    const [email = '', password = ''] = signInLine(first.output) ?? [];
    const session = await signIn(first, { email, password });
    const runs = await settledRuns(session);
    // New hires have sensitive access coming: the first waits for a decision, the second for its turn.
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['succeeded', 'waiting', 'queued']));
    expect(await directories(session)).toEqual(['Google Workspace']);
    await first.stop();

    const second = await installation.start({ command: [CASTELLAN, 'demo'] });
    expect(signInLine(second.output)).toEqual([email, password]);
    const again = await signIn(second, { email, password });
    expect(await settledRuns(again)).toHaveLength(runs.length);
    expect(await directories(again)).toEqual(['Google Workspace']);
  });
});

/** The names of the integrations. */
async function directories(session: Session): Promise<string[]> {
  const { items } = (await session.inWorkspace<{ items: { name: string }[] }>('GET', '/integrations')).body;
  return items.map(({ name }) => name);
}

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
    const { code, output } = await installation.castellan('doctor');
    expect(output).toMatch(new RegExp(`PORT +${installation.port} +\\(environment\\)`));
    expect(output).toMatch(/HOST +127\.0\.0\.1 +\(default\)/);
    expect(output).toContain('✓ Postgres');
    expect(code).toBe(0);
  });

  it('says what is wrong with a setting', async () => {
    const { code, output } = await installation.castellan('doctor', '--port', 'many');
    expect(output).toContain('! PORT');
    expect(code).toBe(1);
  });
});

describe('castellan rotate-key', () => {
  it('makes a new key and keeps the old one for the next start, once', async () => {
    const old = randomBytes(32).toString('base64');
    writeFileSync(join(installation.dataDir, 'key'), old, { mode: 0o600 });
    const { code, output } = await installation.castellan('rotate-key');
    expect(output).toContain('Restart the server');
    expect(code).toBe(0);
    expect(readFileSync(join(installation.dataDir, 'key.previous'), 'utf8')).toBe(old);
    const next = readFileSync(join(installation.dataDir, 'key'), 'utf8');
    expect(Buffer.from(next, 'base64')).toHaveLength(32);
    expect(next).not.toBe(old);
    expect(await installation.castellan('rotate-key')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Restart it first'),
    });
    expect(readFileSync(join(installation.dataDir, 'key'), 'utf8')).toBe(next);
  });

  it('says that there is nothing to change before the first start', async () => {
    expect(await installation.castellan('rotate-key')).toMatchObject({
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
    const { code, output } = await installation.castellan(...args);
    expect(output).toContain(sentence);
    expect(code).toBe(64);
  });
});
