import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noAuth } from '../auth.js';
import { defineConnector } from '../define.js';
import { createHttpCore } from '../http/core.js';
import { path } from '../path.js';
import { type Simulation, simulate } from '../testing/simulate.js';
import { defineSimulator, SimulatedRefusal } from './define.js';
import { serveSimulators } from './server.js';

const note = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } } as const;
const withNote = { 'application/json': { schema: note } };

const description = {
  openapi: '3.0.3',
  info: { title: 'Notes', version: '1' },
  paths: {
    '/notes': {
      get: {
        operationId: 'listNotes',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 10 } },
          {
            ...{ name: 'page', in: 'query', style: 'deepObject' },
            schema: { type: 'object', properties: { size: { type: 'integer', maximum: 10 } } },
          },
        ],
        responses: { 200: { description: '' } },
      },
      post: {
        operationId: 'addNote',
        requestBody: { required: true, content: withNote },
        responses: { 201: { description: '', content: withNote } },
      },
    },
    '/notes/{id}/$ref': {
      get: {
        operationId: 'getReference',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { 200: { description: '' } },
      },
    },
    '/notes/{id}': {
      get: {
        operationId: 'getNote',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { 200: { description: '', content: withNote } },
      },
    },
  },
};

const notes = defineSimulator<{ notes: { text: string }[]; flawed: boolean[] }>({
  connector: 'notes',
  title: 'Notes',
  apis: [
    {
      description,
      root: '/v1',
      error: (status, message) => ({ failed: status, message }),
      rules: {
        listNotes: (state) => ({ body: { notes: state.notes } }),
        addNote: (state, { body }) => {
          state.notes.push(body as { text: string });
          return { status: 201, body: state.flawed.length > 0 ? { no: 'text' } : (body as object) };
        },
        getReference: (_, { params }) => ({ body: { to: String(params.id) } }),
        getNote: (state, { params }) => {
          const found = state.notes[Number(params.id)];
          if (!found) throw new SimulatedRefusal(404, 'no such note');
          return { body: found };
        },
      },
    },
  ],
  seed: () => ({ notes: [{ text: 'first' }], flawed: [] }),
  view: (state) => ({ tables: [{ title: 'Notes', columns: [{ key: 'text', title: 'Text' }], rows: state.notes }] }),
});

const connector = defineConnector({
  id: 'notes',
  title: 'Notes',
  docs: 'https://notes.example/docs',
  judgedBy: 'docs',
  auth: [noAuth({ fields: { site: z.string() } })],
  sampleConnection: { kind: 'none', fields: { site: 'notes.example' } },
  baseUrl: ({ site }) => `https://${site}/v1`,
  operations: {},
});

let simulation: Simulation;
beforeAll(async () => {
  simulation = await simulate(connector, notes);
});
beforeEach(() => simulation.reset());
afterAll(() => simulation.close());

const add = (text: unknown) =>
  simulation
    .host()
    .http.send({ method: 'POST', path: path`/notes`, body: { text } as never })
    .catch((error: unknown) => error);
const texts = async () => ((await simulation.state()).notes as { text: string }[]).map((item) => item.text);

describe('a simulator', () => {
  it('keeps what it was told, and starts anew when it is reset', async () => {
    expect(await add('second')).toMatchObject({ status: 201 });
    expect(await texts()).toEqual(['first', 'second']);
    await simulation.reset();
    expect(await texts()).toEqual(['first']);
  });

  it('refuses what the vendor’s description does not allow, in the vendor’s shape', async () => {
    expect(await add(7)).toMatchObject({ name: 'FatalError', status: 400 });
    const { http } = simulation.host();
    await expect(http.send({ method: 'GET', path: path`/notes`, query: { limit: 99 } })).rejects.toMatchObject({
      status: 400,
    });
    const deep = (size: number) => http.send({ method: 'GET', path: path`/notes`, query: { 'page[size]': size } });
    await expect(deep(99)).rejects.toMatchObject({ status: 400 });
    expect((await deep(9)).status).toBe(200);
    await expect(http.send({ method: 'DELETE', path: path`/notes` })).rejects.toMatchObject({ status: 404 });
    const missing = await http.send({ method: 'GET', path: path`/notes/${5}`, accept: [404] });
    expect(missing.body).toEqual({ failed: 404, message: 'no such note' });
  });

  it('knows paths with a dollar sign, as OData writes references', async () => {
    const { body } = await simulation.host().http.send({ method: 'GET', path: path`/notes/${0}/$ref` });
    expect(body).toEqual({ to: '0' });
  });

  it('does not pass off an answer that the description does not allow for the vendor’s', async () => {
    await simulation.seed({ flawed: [true] });
    expect(await add('x')).toMatchObject({ status: 500, vendorMessage: expect.stringContaining('not as described') });
  });

  it('keeps workspaces apart', async () => {
    const { core, connection } = simulation;
    const elsewhere = core.connect(connector, { ...connection, simulator: { workspace: 'other' } });
    await elsewhere.send({ method: 'POST', path: path`/notes`, body: { text: 'theirs' } });
    expect(await texts()).toEqual(['first']);
  });

  it('logs every request with its key, its body and what it was answered', async () => {
    await simulation
      .host({ idempotencyKey: 'key-1' })
      .http.send({ method: 'POST', path: path`/notes`, body: { text: 'x' } });
    expect(await simulation.requests()).toMatchObject([
      {
        number: 1,
        method: 'POST',
        path: '/v1/notes',
        operation: 'addNote',
        body: { text: 'x' },
        idempotencyKey: 'key-1',
        status: 201,
      },
    ]);
  });

  it('takes over collections of a seed and names those that it does not have', async () => {
    await simulation.seed({ notes: [{ text: 'seeded' }] });
    expect(await texts()).toEqual(['seeded']);
    await expect(simulation.seed({ people: [] })).rejects.toMatchObject({
      vendorMessage: expect.stringContaining('It holds: notes'),
    });
  });

  it('shows what it holds', async () => {
    expect(await simulation.view()).toMatchObject({
      connector: 'notes',
      tables: [{ title: 'Notes', rows: [{ text: 'first' }] }],
      requests: 0,
    });
  });
});

describe('a scripted fault', () => {
  it('answers as the script says, as often as it says', async () => {
    await simulation.faults([{ method: 'POST', status: 503, times: 2 }]);
    const { http } = simulation.host();
    expect(await add('a')).toMatchObject({ status: 503 });
    await expect(http.send({ method: 'GET', path: path`/notes` })).resolves.toMatchObject({ status: 200 });
    expect(await add('b')).toMatchObject({ status: 503 });
    expect(await add('c')).toMatchObject({ status: 201 });
    expect(await texts()).toEqual(['first', 'c']);
  });

  it('lets calls through first when it is told to', async () => {
    await simulation.faults([{ operation: 'addNote', skip: 1, status: 500 }]);
    expect(await add('a')).toMatchObject({ status: 201 });
    expect(await add('b')).toMatchObject({ status: 500 });
  });

  it('breaks the connection before or after the thing is done', async () => {
    await simulation.faults([{ reset: 'before' }, { reset: 'after' }]);
    expect(await add('lost')).toMatchObject({ name: 'UnknownOutcomeError' });
    expect(await add('done')).toMatchObject({ name: 'UnknownOutcomeError' });
    expect(await texts()).toEqual(['first', 'done']);
    expect((await simulation.requests()).map(({ status }) => status)).toEqual([null, null]);
  });

  it('drips and delays until the caller gives up', async () => {
    await simulation.faults([{ dripBytesPerSecond: 2 }, { delaySeconds: 30 }]);
    const list = () => simulation.host({ totalMs: 300 }).http.send({ method: 'GET', path: path`/notes` });
    await expect(list()).rejects.toMatchObject({ code: 'E_TIMEOUT' });
    await expect(list()).rejects.toMatchObject({ code: 'E_TIMEOUT' });
  });

  it('that is not one is refused', async () => {
    await expect(simulation.faults([{ times: 0 }])).rejects.toMatchObject({ status: 400 });
  });
});

describe('the process of the simulators', () => {
  it('replaces the socket file that a killed process left, and serves a port for each simulator', async () => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'castellan-simulators-')), 'simulators.sock');
    writeFileSync(socketPath, '');
    const running = await serveSimulators({ simulators: [notes], socketPath, loopback: true });
    const answer = await fetch(`${running.urls?.notes}/v1/notes`);
    expect(await answer.json()).toEqual({ notes: [{ text: 'first' }] });
    const list = await fetch(`${running.urls?.notes}/__simulator`);
    expect(await list.json()).toEqual({ items: [{ connector: 'notes', title: 'Notes' }] });
    await running.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  it('is reached at an address too, where the setting names one, by connections of kind simulator only', async () => {
    const running = await serveSimulators({ simulators: [notes], loopback: true });
    const url = running.urls!.notes!;
    const core = createHttpCore({ simulators: { url } });
    const simulated = core.connect(connector, { ...simulation.connection, simulator: { workspace: 'w' } });
    expect(await simulated.send({ method: 'GET', path: path`/notes` })).toMatchObject({ status: 200 });
    await expect(core.open().send({ method: 'GET', url: `${url}/v1/notes` })).rejects.toMatchObject({
      code: 'E_EGRESS',
    });
    await core.close();
    await running.close();
  });

  it('that is not there is named, with the remedy', () => {
    const core = createHttpCore();
    const connect = () => core.connect(connector, { ...simulation.connection, simulator: { workspace: 'w' } });
    expect(connect).toThrow('SIMULATORS_URL');
  });
});
