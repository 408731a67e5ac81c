import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EvidenceKey, type EvidenceManifest, peopleRoutes, type RunRow, routes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { deliver, endOf, type PublishedFlow, publishFlow, until, wires } from '../harness/flows.js';
import { approvalOf, type Stack, startStack } from '../harness/stack.js';
import { rezip, unzip } from '../harness/zip-files.js';
import { foreignAdmin, joinAs } from '../people.js';

/** Evidence of runs, checked with the real command. */
const jane = 'jane.doe@example.com';
const secret = 'sk-live-9f8e7d6c5b4a3210';
const castellan = fileURLToPath(new URL('../../../cli/dist/castellan.js', import.meta.url));

type Line = Record<string, unknown>;

let stack: Stack;
let folder: string;
let connections: Record<string, unknown>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  stack = await startStack({ simulators: true });
  const opal = await made({ name: 'Opal', connector: 'opal', simulator: true });
  const fields = { token: secret, hosts: [stack.vendorUrl] };
  const vendor = await made({ name: 'Vendor with a key', connector: 'http', auth: 'bearer', fields });
  connections = {
    opal: { connector: 'opal', title: 'Opal', id: opal },
    vendor: { connector: 'http', title: 'Vendor', id: vendor },
  };
  leaverFlow = await leaver();
  leaverRun = await ran(leaverFlow);
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true });
});

const send = <T>(method: string, path: string, body?: unknown) => stack.admin.inWorkspace<T>(method, path, body);
const made = async (body: object) => (await send<{ id: string }>('POST', '/connections', body)).body.id;

/** The flow and the run of it that most cases look at. */
let leaverFlow: PublishedFlow;
let leaverRun: RunRow;

/** Removes what a person has once somebody has approved it, writes to a vendor that echoes its key, and calls a flow. */
async function leaver(): Promise<PublishedFlow> {
  const on = (operation: string, input: object) => ({ kind: 'action', connection: 'opal', operation, input });
  stack.vendor.script('/echo', ({ headers, body }) => ({ body: { sent: body, key: headers.authorization } }));
  const echo = (json: unknown) => ({
    ...{ kind: 'action', connection: 'vendor', operation: 'requestWithKey' },
    input: { method: 'POST', url: `${stack.vendorUrl}/echo`, json },
  });
  const called = await publishFlow(stack.admin, {
    ...{ name: 'Tell the desk', connections },
    triggers: { called: { kind: 'call', input: { type: 'object' } } },
    steps: { desk: echo({ who: { jsonata: 'trigger.input.who' } }) },
    wires: wires('called -> desk'),
  });
  return publishFlow(stack.admin, {
    ...{ name: 'Leaver', connections, settings: { subject: { jsonata: 'trigger.body.email' } } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      who: on('findUser', { email: { jsonata: 'trigger.body.email' } }),
      access: on('userAccess', { userId: { jsonata: 'steps.who.output.user.userId' } }),
      ask: {
        ...{ kind: 'approval', approvers: ['role:admin'], covers: ['revoke'], show: { why: 'They have left.' } },
        subject: { jsonata: 'trigger.body.email' },
      },
      each: {
        kind: 'loop',
        items: { jsonata: '[steps.access.output.resources[hasDirectAccess]]' },
        key: { jsonata: 'item.resourceId' },
        steps: {
          revoke: on('revokeResource', {
            resourceId: { jsonata: 'item.resourceId' },
            resourceName: { jsonata: 'item.resourceName' },
            userId: { jsonata: 'steps.who.output.user.userId' },
            userEmail: { jsonata: 'trigger.body.email' },
            accessLevel: { jsonata: 'item.accessLevel' },
          }),
        },
        wires: wires('each:each -> revoke'),
      },
      tell: echo({ about: { jsonata: 'trigger.body.email' } }),
      call: { kind: 'subflow', flow: called.id, input: { who: { jsonata: 'trigger.body.email' } }, wait: true },
    },
    wires: wires(
      'hook -> who',
      'who -> access',
      'access -> ask',
      'ask:approved -> each',
      'each -> tell',
      'tell -> call',
    ),
  });
}

/** Delivers to the flow's webhook. @returns the run */
async function started({ hooks }: PublishedFlow, body: object): Promise<string> {
  return String((await deliver(hooks.hook ?? '', body)).body.runId);
}

/** Runs it to its end, with the approval. */
async function ran(flow: PublishedFlow): Promise<RunRow> {
  const runId = await started(flow, { email: jane, api_key: 'in-the-body' });
  const hash = await until('what the approval allows', async () => {
    const { id } = await approvalOf(stack.admin, runId);
    const { body } = await send<{ hash: string; bound: { state: string } | null }>('GET', `/approvals/${id}`);
    return body.bound?.state === 'ready' ? { id, hash: body.hash } : null;
  });
  const decision = { decision: 'approve', hash: hash.hash, comment: 'Checked with HR.' };
  expect((await send('POST', `/approvals/${hash.id}/decide`, decision)).status).toBe(200);
  const run = await endOf(stack.admin, runId, 60);
  expect(run.status, JSON.stringify(run.error)).toBe('succeeded');
  return run;
}

/** The answer to a download, and its bytes. */
async function download(
  runId: string,
  client: { cookie: string } = stack.admin,
): Promise<{ status: number; bytes: Buffer }> {
  const url = `${stack.api.url}/api/v1/workspaces/${stack.admin.workspaceId}/runs/${runId}/evidence`;
  const response = await fetch(url, { headers: { cookie: client.cookie } });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** A pack on the disk, with what is in it. */
async function packOf(runId: string, name = `${runId}.zip`) {
  const { status, bytes } = await download(runId);
  expect(status).toBe(200);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const files = new Map((await unzip(bytes)).map(([file, content]) => [file, content.toString('utf8')]));
  const lines = (file: string): Line[] =>
    (files.get(file) ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const json = <T = Line>(file: string): T => JSON.parse(files.get(file) ?? 'null');
  return { bytes, path, files, lines, json };
}

async function keyFile(name = 'keys.pem'): Promise<string> {
  const { body } = await send<{ items: EvidenceKey[] }>('GET', '/evidence-keys');
  const path = join(folder, name);
  writeFileSync(path, body.items.map(({ publicKey }) => publicKey).join(''));
  return path;
}

/** Runs the real command, with nothing from outside: no server is named to it. */
function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [castellan, ...args],
      { env: { PATH: process.env.PATH, HOME: folder } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

describe('the evidence of a run', () => {
  test('is verified by the command with the key of the installation', async () => {
    const { path } = await packOf(leaverRun.id);
    const { code, out } = await command('verify', path, '--key', await keyFile());
    expect(out).toContain('none altered, missing or added');
    expect(out).toContain(`${leaverRun.id}, succeeded`);
    expect(out).toContain('which you gave');
    expect(code).toBe(0);
  });

  test('says who allowed what they were shown, when, and with which words', async () => {
    const { lines, files } = await packOf(leaverRun.id);
    const [approval] = lines('approvals.jsonl');
    expect(approval).toMatchObject({
      ...{ kind: 'step', status: 'approved', subject: jane, approvers: ['role:admin'], needed: 1 },
      shown: expect.objectContaining({ why: 'They have left.' }),
      decisions: [
        { by: 'admin@castellan.test', decision: 'approve', comment: 'Checked with HR.', at: expect.any(String) },
      ],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const [plan] = lines('plans.jsonl');
    expect(plan).toMatchObject({ id: approval?.planId, hash: approval?.planHash });
    expect(lines('plan-rows.jsonl').map(({ action }) => action)).toEqual(Array(4).fill('revoke'));
    expect(files.get('README.md')).toContain('Checked with HR.');
  });

  test('says what was changed of whom, where, with what, and what there was before and after', async () => {
    const { lines, files } = await packOf(leaverRun.id);
    const effects = lines('effects.jsonl');
    const revoked = effects.filter(({ stepId }) => stepId === 'revoke');
    expect(revoked).toHaveLength(4);
    for (const effect of revoked) {
      expect(effect).toMatchObject({
        ...{ system: 'Opal', operation: 'opal.revokeResource', state: 'done', attempts: 1, keptFrom: null },
        connection: { name: 'Opal', simulator: true },
        changes: [{ action: 'revoke', subject: { email: jane } }],
        input: { userEmail: jane },
        before: { granted: true },
        after: expect.anything(),
        ...{ sentAt: expect.any(String), settledAt: expect.any(String), sentBy: leaverRun.id },
      });
    }
    expect(files.get('README.md')).toMatch(/\| revoke \| jane\.doe@example\.com \| .* \| Opal: /);
  });

  test('holds what started it, the flow as it ran, the flows that it called and its place in the audit', async () => {
    const { lines, json, files } = await packOf(leaverRun.id);
    const run = json<RunRow & { versionId: string }>('run.json');
    expect(run).toMatchObject({ id: leaverRun.id, businessKey: jane, trigger: { id: 'hook', kind: 'webhook' } });
    expect(json('trigger.json')).toMatchObject({
      data: { body: { email: jane, api_key: '•••••' } },
      delivery: {
        method: 'POST',
        body: { bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    });
    expect(json(`versions/${run.versionId}.json`)).toMatchObject({ number: 1, publishedBy: 'admin@castellan.test' });
    const [called] = lines('called-runs.jsonl');
    expect(called).toMatchObject({ flowName: 'Tell the desk', status: 'succeeded', parent: { runId: leaverRun.id } });
    expect(lines('steps.jsonl').map(({ runId }) => runId)).toContain(called?.id);
    expect(lines('effects.jsonl').some(({ runId }) => runId === called?.id)).toBe(true);
    const audit = lines('audit.jsonl');
    expect(audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['flow.publish', 'approval.approve', 'run.evidence']),
    );
    const { auditHead } = json<EvidenceManifest>('manifest.json');
    expect(audit.at(-1)).toMatchObject({ action: 'run.evidence', seq: auditHead.seq, hash: auditHead.hash });
    // Who knows the address of a webhook could use it.
    const path = new URL(leaverFlow.hooks.hook ?? '').pathname;
    for (const text of files.values()) expect(text).not.toContain(path);
  });

  test('holds no secret, whatever a system echoed', async () => {
    const { files, lines } = await packOf(leaverRun.id);
    const told = lines('steps.jsonl').find(({ stepId }) => stepId === 'tell');
    expect(JSON.stringify(told?.output)).toContain('Bearer •••••');
    for (const [file, text] of files) {
      expect(text, file).not.toContain(secret);
      expect(text, file).not.toContain('in-the-body');
    }
  });

  test('is refused while the run goes on', async () => {
    const flow = await publishFlow(stack.admin, {
      triggers: { hook: { kind: 'webhook' } },
      steps: { ask: { kind: 'approval', approvers: ['role:admin'], show: 'May it?' } },
      wires: wires('hook -> ask'),
    });
    const runId = await started(flow, {});
    const { status, bytes } = await download(runId);
    expect([status, JSON.parse(bytes.toString()).message]).toEqual([409, expect.stringContaining('has not ended')]);
  });

  test('of a run whose data was removed says so, and has none', async () => {
    const flow = await publishFlow(stack.admin, {
      triggers: { hook: { kind: 'webhook' } },
      steps: { copy: { kind: 'shape', output: { who: { jsonata: 'trigger.body.who' } } } },
      wires: wires('hook -> copy'),
    });
    const runId = await started(flow, { who: 'somebody in particular' });
    await endOf(stack.admin, runId);
    expect((await send('POST', `/runs/${runId}/clear`, {})).status).toBe(200);
    const { files } = await packOf(runId);
    expect(files.get('README.md')).toContain('Its data was removed by admin@castellan.test');
    for (const text of files.values()) expect(text).not.toContain('somebody in particular');
  });
});

describe('a pack that somebody was at', () => {
  test('is refused by the command, which names each file', async () => {
    const { bytes } = await packOf(leaverRun.id);
    const path = join(folder, 'tampered.zip');
    await rezip(bytes, path, (files) => [
      ...files
        .filter(([file]) => file !== 'plans.jsonl')
        .map(([file, was]): [string, Buffer | string] => [
          file,
          file === 'approvals.jsonl' ? String(was).replace('Checked with HR.', 'Checked with nobody.') : was,
        ]),
      ['more.txt', 'x'],
    ]);
    const { code, out } = await command('verify', path, '--key', await keyFile());
    expect(code).toBe(1);
    expect(out).toMatch(/approvals\.jsonl was altered/);
    expect(out).toContain('plans.jsonl is missing');
    expect(out).toContain('more.txt was added');
  });

  test('is not vouched for where no key is given, which the command says and its exit code too', async () => {
    const { path, json } = await packOf(leaverRun.id);
    const { code, out } = await command('verify', path);
    expect(code).toBe(2);
    expect(out).toContain('WARNING: signed by the key in the pack, not compared with yours.');
    expect(out).toContain(json<EvidenceManifest>('manifest.json').key.fingerprint);
  });

  test('is told as JSON for programs', async () => {
    const { path } = await packOf(leaverRun.id);
    const { code, out } = await command('verify', path, '--key', await keyFile(), '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { unaltered: true, keyGiven: true, problems: [] }]);
  });

  test('and what is no pack, no key or not there has an exit code of its own', async () => {
    const { path } = await packOf(leaverRun.id);
    const text = join(folder, 'text.txt');
    writeFileSync(text, 'nothing');
    expect(await command('verify', text)).toMatchObject({ code: 65 });
    expect(await command('verify', path, '--key', text)).toMatchObject({ code: 65 });
    expect(await command('verify', join(folder, 'nowhere.zip'))).toMatchObject({ code: 66 });
    expect(await command('verify')).toMatchObject({ code: 64 });
  });
});

describe('who takes evidence away', () => {
  test('has a role that may, and is in the audit', async () => {
    const asAdmin = ApiClient.of(stack.api, stack.admin);
    const letIn: Record<string, number> = {};
    for (const role of ['viewer', 'operator', 'builder', 'approver'] as const) {
      const { status } = await (await joinAs(stack.api, asAdmin, role)).send(routes.evidence.pack, {
        params: { id: leaverRun.id },
      });
      letIn[role] = status;
    }
    expect(letIn).toEqual({ viewer: 403, operator: 200, builder: 200, approver: 200 });
    const { body } = await send<{ items: { actor: string; action: string; objectId: string }[] }>(
      'GET',
      '/audit?limit=50',
    );
    const taken = body.items.filter(({ action, objectId }) => action === 'run.evidence' && objectId === leaverRun.id);
    expect(taken.slice(0, 3).map(({ actor }) => actor.split('-')[0])).toEqual(['approver', 'builder', 'operator']);
  });
});

describe('the key that signs', () => {
  const keys = async () => (await send<{ items: EvidenceKey[] }>('GET', '/evidence-keys')).body.items;

  test('is changed by the command; packs from before are verified with the key from before', async () => {
    const [before] = await keys();
    const old = await packOf(leaverRun.id, 'old.zip');
    const body = { name: 'rotation', scopes: ['workspace:write' as const] };
    const { secret: token } = await ApiClient.of(stack.api, stack.admin).ok(peopleRoutes.makeToken, { body });
    const changed = await command('rotate-evidence-key', '--server', stack.api.url, '--token', token ?? '');
    expect(changed.code, changed.err).toBe(0);
    const [now, retired] = await keys();
    expect(changed.out).toContain(now?.fingerprint);
    expect(retired).toMatchObject({ id: before?.id, retiredAt: expect.any(String) });
    // Nobody signs with it again.
    const sealed = await stack.database.query('select id from evidence_keys where sealed is not null');
    expect(sealed).toEqual([{ id: now?.id }]);
    const fresh = await packOf(leaverRun.id, 'fresh.zip');
    expect(fresh.json<EvidenceManifest>('manifest.json').key.id).toBe(now?.id);
    const both = await keyFile('both.pem');
    expect((await command('verify', old.path, '--key', both)).code).toBe(0);
    expect((await command('verify', fresh.path, '--key', both)).code).toBe(0);
    const only = join(folder, 'only.pem');
    writeFileSync(only, before?.publicKey ?? '');
    const refused = await command('verify', fresh.path, '--key', only);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain(`signed with key ${now?.id}, which is none of those that were given`);
    const { body: audit } = await send<{ items: { action: string; after: unknown }[] }>('GET', '/audit?limit=5');
    expect(audit.items.find(({ action }) => action === 'evidence_key.change')?.after).toEqual({ key: now?.id });
  });

  test('is of the whole installation: an administrator of another workspace does not change it', async () => {
    const [before] = await keys();
    const stranger = await foreignAdmin(stack.api, ApiClient.of(stack.api, stack.admin));
    expect(await stranger.refused(routes.evidence.rotate, {})).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await keys())[0]?.id).toBe(before?.id);
  });
});

test('a loop of 10,000 is in the pack whole, each value too, however large', async () => {
  const flow = await publishFlow(stack.admin, {
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      each: {
        ...{ kind: 'loop', items: { jsonata: '[1..10000]' }, concurrency: 100 },
        steps: { copy: { kind: 'shape', output: { n: { jsonata: 'item' } } } },
        wires: wires('each:each -> copy'),
      },
      long: { kind: 'shape', output: { jsonata: '$join([1..100000].$string())' } },
    },
    wires: wires('hook -> each', 'each -> long'),
  });
  const runId = await started(flow, {});
  await endOf(stack.admin, runId, 120);
  const { path, lines } = await packOf(runId);
  const steps = lines('steps.jsonl');
  expect(new Set(steps.filter(({ stepId }) => stepId === 'copy').map(({ iteration }) => iteration)).size).toBe(10_000);
  expect(String(steps.find(({ stepId }) => stepId === 'long')?.output)).toHaveLength(488_895);
  expect((await command('verify', path, '--key', await keyFile())).code).toBe(0);
}, 180_000);
