import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiToken } from './auth.js';
import { callOperation, changesOf, listChoices, lookupEffect, readBefore, testConnection, undoOf } from './call.js';
import { defineConnector, operation } from './define.js';
import { describeConnector } from './describe.js';
import { secret, text } from './fields.js';
import { simulatorFields } from './http/target.js';
import { cursorPaging } from './paging.js';
import { path } from './path.js';
import { hostOf } from './testing/simulate.js';
import type { HttpClient, HttpRequest, JsonValue } from './types.js';

const docs = 'https://vendor.example/docs';

const connector = defineConnector({
  id: 'vendor',
  title: 'Vendor',
  docs,
  judgedBy: 'docs',
  auth: [
    apiToken({
      fields: {
        site: z.string().default('eu').meta({ title: 'Site' }),
        hook: secret('Hook').describe('For webhooks.').optional(),
      },
    }),
  ],
  sampleConnection: { kind: 'apiToken', fields: { token: 'sample', hook: 'sample' } },
  schemes: ['datadog'],
  baseUrl: 'https://vendor.example',
  test: async ({ http }) => ({ account: String((await http.send({ method: 'GET', path: path`/me` })).body) }),
  operations: {
    listTeams: operation({
      title: 'List teams',
      docs,
      summary: 'Teams.',
      input: z.strictObject({ company: z.string().optional(), limit: z.int().min(1).optional() }),
      output: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
      choice: { value: 'id', label: 'name' },
      effect: 'read',
      request: ({ company }) => ({ method: 'POST', path: path`/teams/search`, query: { company } }),
      paginate: cursorPaging({ items: 'teams', next: 'next', param: 'after' }),
      each: (team) => ({ ...(team as object), id: String((team as { id: number }).id) }),
      sample: { input: {}, output: { items: [] } },
    }),
    addMember: operation({
      title: 'Add a member',
      docs,
      summary: 'Adds.',
      input: z.strictObject({
        company: z.string().optional(),
        team: z.string().min(1),
        email: z.email().optional(),
        id: z.string().optional(),
        notes: z.array(z.object({ body: text('html', { multiline: true }) })).default([]),
        subject: text('mrkdwn').optional(),
      }),
      output: z.object({ added: z.boolean() }),
      options: { '/team': 'listTeams' },
      check: ({ email, id }) => (email || id ? [] : [{ pointer: '/email', message: 'Give an e-mail or an id.' }]),
      effect: 'write',
      idempotency: 'lookup',
      changes: ({ team, email }) => [
        { action: 'grant', subject: { type: 'user', id: email ?? '' }, object: { type: 'team', id: team } },
      ],
      before: async ({ team }, { http }) => (await http.send({ method: 'POST', path: path`/teams/${team}` })).body,
      lookup: async ({ team }, { http, idempotencyKey }) =>
        (await http.send({ method: 'GET', path: path`/teams/${team}`, query: { key: idempotencyKey } })).body
          ? { added: true }
          : null,
      undo: (input, { added }, before) =>
        added && before === null ? { operation: 'removeMember', input: { team: input.team } } : null,
      request: ({ team }) => ({ method: 'PUT', path: path`/teams/${team}/members`, body: {} }),
      sample: { input: { team: 't', email: 'a@b.example' }, output: { added: true }, before: null },
    }),
    removeMember: operation({
      title: 'Remove',
      docs,
      summary: 'Removes.',
      input: z.strictObject({ team: z.string() }),
      output: z.object({}),
      effect: 'destructive',
      idempotency: 'natural',
      changes: () => [{ action: 'revoke' }],
      request: ({ team }) => ({ method: 'DELETE', path: path`/teams/${team}/members` }),
      sample: { input: { team: 't' }, output: {} },
    }),
  },
});

/** A client that answers from a list and remembers what it was asked. */
function client(...bodies: JsonValue[]): HttpClient & { asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    async send(request) {
      asked.push(request);
      return { status: 200, headers: {}, body: bodies[asked.length - 1] ?? null };
    },
  };
}

describe('calling an operation', () => {
  it('reads all pages, and makes of its items what the output wants', async () => {
    const http = client({ teams: [{ id: 1, name: 'A', extra: 1 }], next: 'x' }, { teams: [{ id: 2, name: 'B' }] });
    const output = await callOperation(connector, 'listTeams', {}, hostOf(http));
    expect(output).toEqual({
      items: [
        { id: '1', name: 'A' },
        { id: '2', name: 'B' },
      ],
    });
    expect(http.asked[1]?.query).toMatchObject({ after: 'x' });
  });

  it('marks a read as safe whatever its method, and a write not', async () => {
    const http = client({ teams: [] }, { added: true });
    await callOperation(connector, 'listTeams', {}, hostOf(http));
    await callOperation(connector, 'addMember', { team: 't', id: '1' }, hostOf(http));
    expect(http.asked.map(({ safe }) => safe)).toEqual([true, undefined]);
  });

  it('names every problem of an input with its pointer, and sends nothing', async () => {
    const http = client();
    const wrong = callOperation(connector, 'addMember', { team: '', notes: [{ body: 1 }], more: 1 }, hostOf(http));
    await expect(wrong).rejects.toMatchObject({ name: 'FatalError', code: 'E_INPUT' });
    const { details } = (await wrong.catch((error: unknown) => error)) as {
      details: { problems: { pointer: string }[] };
    };
    expect(details.problems.map(({ pointer }) => pointer)).toEqual(['/team', '/notes/0/body', '']);
    await expect(callOperation(connector, 'addMember', { team: 't' }, hostOf(http))).rejects.toMatchObject({
      message: expect.stringContaining('Give an e-mail or an id.'),
    });
    expect(http.asked).toEqual([]);
  });

  it('refuses an answer of another shape; after a write the outcome is unknown', async () => {
    await expect(
      callOperation(connector, 'listTeams', {}, hostOf(client({ teams: [{ id: 1 }] }))),
    ).rejects.toMatchObject({ code: 'E_RESPONSE' });
    const write = callOperation(connector, 'addMember', { team: 't', id: '1' }, hostOf(client({ added: 'perhaps' })));
    await expect(write).rejects.toMatchObject({ name: 'UnknownOutcomeError' });
  });

  it.each(['constructor', '__proto__', 'nothing'])(
    'does not know the operation %s and names those there are',
    async (id) => {
      await expect(callOperation(connector, id, {}, hostOf(client()))).rejects.toMatchObject({
        message: expect.stringContaining('listTeams, addMember'),
      });
    },
  );
});

describe('around a write', () => {
  const input = { team: 't', email: 'a@b.example' };

  it('says what it would change without a call', () => {
    expect(changesOf(connector, 'addMember', input)).toMatchObject([{ action: 'grant', object: { id: 't' } }]);
    expect(changesOf(connector, 'listTeams', {})).toEqual([]);
  });

  it('reads the state before, by safe calls', async () => {
    const http = client({ members: 3 });
    expect(await readBefore(connector, 'addMember', input, hostOf(http))).toEqual({ members: 3 });
    expect(http.asked).toMatchObject([{ safe: true }]);
    expect(await readBefore(connector, 'removeMember', { team: 't' }, hostOf(client()))).toBeNull();
  });

  it('looks up by the effect’s key whether it happened', async () => {
    expect(await lookupEffect(connector, 'addMember', input, hostOf(client({ found: 1 })))).toEqual({ added: true });
    expect(await lookupEffect(connector, 'addMember', input, hostOf(client(null)))).toBeNull();
  });

  it('is taken back only where it changed something', () => {
    expect(undoOf(connector, 'addMember', input, { added: true }, null)).toEqual({
      operation: 'removeMember',
      input: { team: 't' },
    });
    expect(undoOf(connector, 'addMember', input, { added: true }, { members: 3 })).toBeNull();
    expect(undoOf(connector, 'removeMember', { team: 't' }, {}, null)).toBeNull();
  });
});

describe('a connector', () => {
  it('tests a connection', async () => {
    expect(await testConnection(connector, {}, hostOf(client('jane')))).toEqual({ account: 'jane' });
  });

  it('says of a connection without a test that it was not tested', async () => {
    const { test: _, ...without } = connector;
    expect(await testConnection(without, {}, hostOf(client('jane')))).toEqual({ untested: expect.any(String) });
  });

  it('lists the choices of a field, narrowed by what is filled in already', async () => {
    const http = client({ teams: [{ id: 1, name: 'A' }] });
    const choices = await listChoices(connector, 'addMember', '/team', { company: 'c', email: 'x' }, hostOf(http));
    expect(choices).toEqual([{ value: '1', label: 'A' }]);
    expect(http.asked[0]?.query).toMatchObject({ company: 'c' });
    await expect(listChoices(connector, 'addMember', '/email', {}, hostOf(http))).rejects.toMatchObject({
      code: 'E_INPUT',
    });
  });

  it('describes itself: schemas, text targets, secrets, undo and signature schemes', () => {
    const { auth, operations, schemes } = describeConnector(connector);
    expect(auth).toMatchObject([
      {
        kind: 'apiToken',
        secrets: ['token', 'hook'],
        fields: { type: 'object', properties: { token: { secret: true } } },
      },
    ]);
    expect(operations[1]).toMatchObject({
      id: 'addMember',
      options: { '/team': 'listTeams' },
      text: { '/notes/*/body': 'html', '/subject': 'mrkdwn' },
      undo: 'removeMember',
      input: { type: 'object', required: ['team'] },
      sample: { input: { team: 't' } },
    });
    expect(operations[0]).not.toHaveProperty('undo');
    expect(schemes).toMatchObject([{ id: 'datadog' }]);
  });

  it('gives a simulator’s connection secrets that stand nowhere', () => {
    const [one, two] = [simulatorFields(connector), simulatorFields(connector)];
    expect(one).toMatchObject({ kind: 'apiToken' });
    expect(new Set([one.fields.token, two.fields.token, one.fields.hook, 'sample']).size).toBe(4);
  });

  it('cannot name options that are no list', () => {
    const { listTeams, addMember } = connector.operations;
    const broken = {
      ...connector,
      operations: { addMember: addMember!, listTeams: { ...listTeams!, choice: undefined } },
    };
    expect(() => defineConnector(broken)).toThrow('options of /team name “listTeams”');
  });
});
