import { flowRoutes, peopleRoutes, streamRoutes } from '@castellan/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, adminClient } from './api-client.js';
import { until } from './harness/flows.js';
import { startPostgres, startServer, startTemporal, type TestServer } from './harness/index.js';

/** Two API processes: what one changes, the pages of the other are told. */
let server: TestServer;
let other: TestServer;
let admin: ApiClient;

beforeAll(async () => {
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  server = await startServer({ database, temporal, mode: 'api' });
  other = await startServer({ database, temporal, mode: 'api', installation: server.installation });
  admin = await adminClient(server);
});
afterAll(() => Promise.all([server.stop(), other.stop()]));

/** What a page of the workspace hears from now on. */
async function listen(at: TestServer, workspaceId: string): Promise<{ text(): string; close(): void }> {
  const stop = new AbortController();
  const path = streamRoutes.workspace.path.replace(':ws', workspaceId);
  const headers = { ...admin.credentials, origin: at.url };
  const answer = await fetch(`${at.url}/api/v1${path}`, { headers, signal: stop.signal });
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  let heard = '';
  void (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) heard += decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  })();
  return { text: () => heard, close: () => stop.abort() };
}

test('every page of a workspace, at whatever process, is told which flows changed, and no other workspace’s', async () => {
  const elsewhere = await admin.ok(peopleRoutes.makeWorkspace, { body: { name: 'Elsewhere' } });
  const pages = [await listen(server, admin.workspaceId), await listen(other, admin.workspaceId)];
  const foreign = await listen(server, elsewhere.id);
  const { id } = await admin.ok(flowRoutes.create, { body: { name: 'Told' } });
  const told = `event: flows\ndata: {"ids":["${id}"]}\n\n`;
  await until('both pages are told', async () => pages.every((page) => page.text().includes(told)));
  const there = new ApiClient(server.url, elsewhere.id, admin.credentials);
  const own = await there.ok(flowRoutes.create, { body: { name: 'Own' } });
  await until('the foreign page is told of its own', async () => foreign.text().includes(own.id));
  expect(foreign.text()).not.toContain(id);
  for (const page of [...pages, foreign]) page.close();
});

test('what is taken back is not told', async () => {
  const page = await listen(server, admin.workspaceId);
  const { id } = await admin.ok(flowRoutes.create, { body: { name: 'Kept' } });
  await until('the page is told', async () => page.text().includes(id));
  const before = page.text();
  await admin.refused(flowRoutes.save, { params: { id }, body: { draft: {} }, headers: { 'if-match': '7' } });
  const { id: last } = await admin.ok(flowRoutes.create, { body: { name: 'Last' } });
  await until('the page is told of the last', async () => page.text().includes(last));
  expect(page.text().slice(before.length)).not.toContain(id);
  page.close();
});
