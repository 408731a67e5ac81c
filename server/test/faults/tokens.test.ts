import type { ConnectionRow } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { invariants } from '../harness/invariants.js';
import { attend } from '../harness/person.js';
import { callsOf, type Stack, startStack } from '../harness/stack.js';
import { agree, connectTo, startTokenVendor, type TokenVendor } from '../harness/token-vendor.js';

/** Two workers, whose calls carry tokens that end. */
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ postgres: 'shared', temporal: 'shared' });
  await stack.startWorker();
});

afterAll(() => stack?.stop());

interface Made {
  vendor: TokenVendor;
  connection: string;
  hook: string;
}

/** A flow that writes once to its path, by a connection of its own that somebody has agreed to. */
async function aFlow(name: string): Promise<Made> {
  const vendor = startTokenVendor(stack.vendor, stack.vendorUrl, name);
  vendor.guard(`/${name}/write`);
  const connection = await connectTo(vendor, stack.admin);
  const { hooks } = await publishFlow(stack.admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: { write: callsOf(stack).key(`/${name}/write`) },
    wires: wires('hook -> write'),
  });
  return { vendor, connection, hook: hooks.hook as string };
}

const deliver = async (hook: string, body: unknown = {}): Promise<string> =>
  String((await stack.send(hook, body)).body.runId);

const done = (name: string) => stack.vendor.to(`/${name}/write`).filter(({ answered }) => answered === 200);

const connectionOf = async (id: string): Promise<ConnectionRow> =>
  (await stack.admin.inWorkspace<ConnectionRow>('GET', `/connections/${id}`)).body;

/** Renewals are as a person sees them: the vendor answers after a while. */
const slowly =
  (milliseconds: number): TokenVendor['next'] =>
  async (rotate) => {
    const answer = rotate();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return answer;
  };

describe('a token that ends', () => {
  test('20 calls of two workers find it refused: it is renewed once, and each call is made once', async () => {
    const { vendor, hook, connection } = await aFlow('refused');
    vendor.expire();
    vendor.next = slowly(1_500);
    const runs = await Promise.all(Array.from({ length: 20 }, (_, n) => deliver(hook, { n })));
    const ended = await attend(stack, runs, 60);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(vendor.renewals()).toHaveLength(1);
    expect(vendor.spentAgain).toEqual([]);
    expect(done('refused')).toHaveLength(20);
    expect(await connectionOf(connection)).toMatchObject({ status: 'working', token: { renewed: true } });
    await invariants(stack);
  });

  test('is renewed before it ends, so that no call is refused', async () => {
    const { vendor, hook } = await aFlow('short');
    vendor.life = 2;
    vendor.expire();
    await endOf(stack.admin, await deliver(hook));
    const before = stack.vendor.to('/short/write').length;
    for (let n = 0; n < 4; n++) {
      await endOf(stack.admin, await deliver(hook, { n }));
      await new Promise((resolve) => setTimeout(resolve, 900));
    }
    expect(
      stack.vendor
        .to('/short/write')
        .slice(before)
        .map(({ answered }) => answered),
    ).toEqual([200, 200, 200, 200]);
    expect(vendor.renewals().length).toBeGreaterThan(1);
    expect(vendor.spentAgain).toEqual([]);
  });
});

describe('kill -9 in the middle of a renewal', () => {
  /** Both workers die when the renewal has reached the vendor, and one comes back. */
  async function dieRenewing(vendor: TokenVendor, hook: string, arrives: NonNullable<TokenVendor['next']>) {
    let reached = false;
    vendor.expire();
    vendor.next = async (rotate) => {
      reached = true;
      await arrives(rotate);
      return new Promise(() => undefined);
    };
    const runId = await deliver(hook);
    await until('the renewal to reach the vendor', async () => reached);
    await stack.killWorkers();
    await Promise.all([stack.startWorker(), stack.startWorker()]);
    return runId;
  }

  test('that the vendor had not heard: another process renews, and the run goes on', async () => {
    const { vendor, hook, connection } = await aFlow('unheard');
    const runId = await dieRenewing(vendor, hook, () => ({}));
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
    expect(vendor.renewals()).toHaveLength(2);
    expect(vendor.spentAgain).toEqual([]);
    expect(done('unheard')).toHaveLength(1);
    expect(await connectionOf(connection)).toMatchObject({ status: 'working' });
    await invariants(stack);
  });

  test('that the vendor had heard: the run and the connection say that it has to be connected again, and how', async () => {
    const { vendor, hook, connection } = await aFlow('heard');
    const runId = await dieRenewing(vendor, hook, (rotate) => rotate());
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'failed' });
    const { write } = await stepsOf(stack.admin, runId);
    expect(write?.error).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('connect again') });
    expect(JSON.stringify(write)).not.toContain('refresh-');
    const failing = await connectionOf(connection);
    expect(failing).toMatchObject({ status: 'failing', statusMessage: write?.error?.message });
    expect(done('heard')).toEqual([]);

    await agree(stack.admin, connection);
    expect(await connectionOf(connection)).toMatchObject({ status: 'working' });
    expect(await endOf(stack.admin, await deliver(hook), 60)).toMatchObject({ status: 'succeeded' });
    await invariants(stack);
  });
});

test('a consent that was taken back is asked for once in a while, and not by every call', async () => {
  const { vendor, hook } = await aFlow('revoked');
  vendor.expire();
  vendor.next = () => ({ status: 400, body: { error: 'invalid_grant', error_description: 'The consent is gone.' } });
  const runs = await Promise.all(Array.from({ length: 10 }, (_, n) => deliver(hook, { n })));
  const ended = await attend(stack, runs, 60);
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['failed']));
  expect(vendor.renewals()).toHaveLength(1);
  await invariants(stack);
});

test('a key that the vendor takes no longer shows on its connection, until a call works again', async () => {
  let good = true;
  stack.vendor.script('/key', () => (good ? {} : { status: 401, body: { message: 'That key was revoked.' } }));
  const { body } = await stack.admin.inWorkspace<ConnectionRow>('POST', '/connections', {
    ...{ name: 'By key', connector: 'http', auth: 'bearer', fields: { token: 'the-key', hosts: [stack.vendorUrl] } },
  });
  expect(body).toMatchObject({ status: 'untested' });
  const { hooks } = await publishFlow(stack.admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: body.id } },
    triggers: { hook: { kind: 'webhook' } },
    steps: { read: callsOf(stack).read('/key') },
    wires: wires('hook -> read'),
  });
  expect(await endOf(stack.admin, await deliver(hooks.hook as string))).toMatchObject({ status: 'succeeded' });
  expect(await connectionOf(body.id)).toMatchObject({ status: 'working', statusMessage: null });
  good = false;
  expect(await endOf(stack.admin, await deliver(hooks.hook as string))).toMatchObject({ status: 'failed' });
  expect(await connectionOf(body.id)).toMatchObject({
    status: 'failing',
    statusMessage: expect.stringContaining('That key was revoked.'),
  });
  good = true;
  expect(await endOf(stack.admin, await deliver(hooks.hook as string))).toMatchObject({ status: 'succeeded' });
  expect(await connectionOf(body.id)).toMatchObject({ status: 'working', statusMessage: null });
});
