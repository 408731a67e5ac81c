import { describe, expect, it } from 'vitest';
import { adminSession, signIn } from '../../server/test/harness/admin-session.js';
import { findProcess } from '../src/supervisor/process-identity.js';
import { OwnInstallation } from './own-installation.js';
import { CASTELLAN, servicePids } from './supervised.js';

const installation = OwnInstallation.ofEachTest();

function setupUrlIn(output: string): string | undefined {
  return /Set it up, once {2}(\S+)/.exec(output)?.[1];
}

describe('castellan start after a kill -9', () => {
  it('gives a set-up link once, and keeps what was made through a kill -9 of everything', async () => {
    const first = await installation.start({ command: [CASTELLAN, 'start'] });
    const setupUrl = setupUrlIn(first.output);
    await adminSession({ url: first.url, setupUrl });
    const pids = servicePids(installation.dataDir);
    first.signal('SIGKILL');
    for (const pid of Object.values(pids)) process.kill(pid, 'SIGKILL');
    await first.ended();

    const second = await installation.start({ command: [CASTELLAN, 'start'] });
    expect(setupUrl).toMatch(new RegExp(`^http://localhost:${installation.port}/setup`));
    expect(setupUrlIn(second.output)).toBeUndefined();
    expect((await signIn(second)).workspaceId).not.toBe('');
  });

  it('waits for the server that a killed supervisor left draining, and takes its port', async () => {
    const first = await installation.start({ command: [CASTELLAN, 'start'] });
    const { server } = servicePids(installation.dataDir);
    await first.kill9();
    const second = await installation.start({ command: [CASTELLAN, 'start'] });
    expect(findProcess(server)).toBeUndefined();
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
  });
});

describe('castellan stop after a kill -9', () => {
  it('stops what a killed supervisor left behind', async () => {
    await (await installation.start({ command: [CASTELLAN, 'start'] })).kill9();
    const { output } = await installation.castellan('stop');
    expect(output).toContain('Postgres    had been left running, stopped');
    expect(findProcess(servicePids(installation.dataDir).temporal)).toBeUndefined();
  });
});
