import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, endOf, httpConnection, publishFlow, wires } from '../../server/test/harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startTemporal,
  type TestServer,
} from '../../server/test/harness/index.js';
import { startVendor, type Vendor } from '../../server/test/harness/vendor.js';
import { CASTELLAN } from './supervised.js';

/** What `npx castellan` runs; it looks whether the build is stale, and hands over to the command. */
const entry = fileURLToPath(new URL('../run.mjs', import.meta.url));

let folder: string;
let vendor: Vendor;
let server: TestServer;
let admin: Session;
let token: string;
let flowId: string;
let revision: number;

/** Runs `castellan test` to its end, with a token and nothing else from outside. */
function castellanTest(args: string[], env: NodeJS.ProcessEnv = {}, program = CASTELLAN) {
  const given = { PATH: process.env.PATH, HOME: folder, CASTELLAN_TOKEN: token, CASTELLAN_URL: server.url, ...env };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [program, 'test', ...args], { env: given }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const sketch = (text: string) => ({
  schema: 1,
  name: 'Greeter & co',
  triggers: { hook: { kind: 'webhook' } },
  steps: {
    high: { kind: 'branch', cases: [{ name: 'high', when: { jsonata: 'trigger.body.level > 2' } }] },
    tell: {
      ...{ kind: 'action', title: 'Tell them', connection: 'vendor', operation: 'request' },
      input: { method: 'POST', url: `${vendor.url}/tell`, json: { text: { handlebars: text } } },
    },
  },
  wires: wires('hook -> high', 'high:high -> tell'),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-flow-tests-'));
  vendor = await startVendor();
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, env: { EGRESS_ALLOW: vendor.address } });
  admin = await adminSession(server);
  const connections = { vendor: { connector: 'http', id: await httpConnection(admin) } };
  const { id, hooks, detail } = await publishFlow(admin, { ...sketch('Hello {{trigger.body.who}}'), connections });
  flowId = id;
  const runId = (await deliver(hooks.hook as string, { who: 'ann', level: 3 })).body.runId as string;
  await endOf(admin, runId);
  await admin.inWorkspace('POST', `/flows/${id}/tests/from-run`, { runId, name: 'Ann is <greeted>' });
  const file = (await admin.inWorkspace('GET', `/flows/${id}/export`)).body;
  writeFileSync(join(folder, 'greeter.json'), JSON.stringify(file));
  const made = await admin.inWorkspace<{ secret: string }>('POST', '/tokens', { name: 'ci', scopes: ['flow:read'] });
  token = made.body.secret;
  const draft = { ...sketch('Goodbye {{trigger.body.who}}'), connections };
  const saved = await admin.inWorkspace<{ revision: number }>(
    ...(['PUT', `/flows/${id}`, { draft }, { 'if-match': String(detail.revision) }] as const),
  );
  revision = saved.body.revision;
});

afterAll(async () => {
  await server?.stop();
  await vendor?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('castellan test, against a running server', () => {
  it('plays the test cases that an exported file carries, and says which ways none of them goes', async () => {
    const { code, out } = await castellanTest([join(folder, 'greeter.json')]);
    expect(out).toMatch(/^Greeter & co \(.*greeter\.json\)\n {2}✓ Ann is <greeted> {2}\d+ ms\n/);
    expect(out).toContain('3 of 4 ways taken (75 %); none takes high by else');
    expect(out.trimEnd().endsWith('1 passed, 0 failed')).toBe(true);
    expect(code).toBe(0);
  });

  it('fails with what was expected and what happened, of the draft of a flow that it is given by id', async () => {
    const { code, out } = await castellanTest([flowId, join(folder, 'greeter.json')]);
    expect(out).toContain(
      [
        '      Tell them was called with another input at /json/text',
        '        expected  "Hello ann"',
        '        got       "Goodbye ann"',
      ].join('\n'),
    );
    expect(out.trimEnd().endsWith('1 passed, 1 failed')).toBe(true);
    expect(code).toBe(1);
  });

  it('prints JSON and nothing else, and writes JUnit XML, for other programs', async () => {
    const junit = join(folder, 'junit.xml');
    const { code, out } = await castellanTest([flowId, '--json', '--junit', junit]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ passed: 0, failed: 1 },
      flows: [{ name: 'Greeter & co', source: flowId, report: { revision, results: [{ passed: false }] } }],
    });
    expect(readFileSync(junit, 'utf8')).toMatch(
      /<testsuite name="Greeter &amp; co" tests="1" failures="1".*<testcase classname="Greeter &amp; co" name="Ann is &lt;greeted&gt;".*<failure message="Tell them was called.*Goodbye ann/s,
    );
  });

  it('fails where too few ways are taken, and where there is no test case at all', async () => {
    const thin = await castellanTest(['--coverage', '80', join(folder, 'greeter.json')]);
    expect([thin.code, thin.out]).toEqual([1, expect.stringContaining('fewer ways taken than the 80 %')]);
    const { flow } = JSON.parse(readFileSync(join(folder, 'greeter.json'), 'utf8')) as { flow: unknown };
    writeFileSync(join(folder, 'alone.json'), JSON.stringify(flow));
    const none = await castellanTest([join(folder, 'alone.json')]);
    expect([none.code, none.out]).toEqual([1, expect.stringContaining('no test cases')]);
  });

  it('says in a sentence what is wrong with a file, a token or the address of the server', async () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(await castellanTest([join(folder, 'broken.json')])).toMatchObject({
      ...{ code: 65, err: expect.stringContaining('is no JSON') },
    });
    const refused = await castellanTest([flowId], { CASTELLAN_TOKEN: 'nobody' });
    expect([refused.code, refused.err]).toEqual([69, expect.stringContaining('401')]);
    const away = await castellanTest([flowId, '--server', 'http://127.0.0.1:1']);
    expect([away.code, away.err]).toEqual([69, expect.stringContaining('Nothing answers at http://127.0.0.1:1')]);
    const nameless = await castellanTest([flowId], { CASTELLAN_TOKEN: undefined });
    expect([nameless.code, nameless.err]).toEqual([64, expect.stringContaining('A token is missing')]);
    expect(await castellanTest(['--help'], {}, entry)).toMatchObject({
      ...{ code: 0, out: expect.stringContaining('--junit <file>') },
    });
  });
});
