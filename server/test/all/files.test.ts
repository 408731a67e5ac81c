import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver, endOf, publishFlow, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';

/** Files that a flow takes from one system to another, byte by byte. */
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ servers: 'one' });
});
afterAll(() => stack?.stop());

async function handOn(file: Buffer) {
  const { vendor, admin, connections } = stack;
  vendor.script('/report.zip', () => ({
    write: (response) => {
      response.writeHead(200, { 'content-type': 'application/zip' });
      response.end(file);
    },
  }));
  const flow = await publishFlow(admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: connections.vendor } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      file: {
        ...{ kind: 'action', connection: 'vendor', operation: 'download' },
        input: { url: { jsonata: 'trigger.body.url' } },
      },
      send: {
        ...{ kind: 'action', connection: 'vendor', operation: 'request' },
        input: {
          ...{ method: 'POST', url: `${vendor.url}/mail` },
          json: {
            filename: { jsonata: 'steps.file.output.filename' },
            content: { jsonata: 'steps.file.output.content' },
          },
        },
      },
    },
    wires: wires('hook -> file', 'file -> send'),
  });
  const { body } = await deliver(flow.hooks.hook as string, { url: `${vendor.url}/report.zip?X-Amz-Expires=899` });
  return endOf(admin, body.runId as string);
}

test('as large as they may be, they arrive as they came', async () => {
  const file = randomBytes(750 * 1024);
  const ended = await handOn(file);
  expect(ended, JSON.stringify(ended.error)).toMatchObject({ status: 'succeeded' });
  expect(stack.vendor.to('/mail').at(-1)?.body).toEqual({ filename: 'report.zip', content: file.toString('base64') });
});

test('larger ones fail the step with what to do instead', async () => {
  const ended = await handOn(randomBytes(750 * 1024 + 1));
  expect(ended).toMatchObject({ status: 'failed', error: { code: 'E_OUTPUT_TOO_LARGE', stepId: 'file' } });
});
