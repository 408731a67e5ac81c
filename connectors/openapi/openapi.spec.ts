import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { callOperation, type HttpRequest, type JsonObject, type JsonSchema, parseInput } from '@castellan/sdk';
import { hostOf } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { connectorOfApi, describeApi } from './connector.js';
import type { ApiDefinition } from './definition.js';
import type { Outline } from './outline.js';
import { readApi } from './reader.js';

const bytesOf = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const desk = bytesOf('desk.openapi.yaml');

function outlined(bytes: Uint8Array): Outline {
  const answer = readApi(bytes, { known: {} });
  if (!('outline' in answer)) throw new Error(JSON.stringify(answer));
  return answer.outline;
}

/** All of a document that can be imported, as it is proposed. */
function imported(bytes: Uint8Array, most = Infinity): ApiDefinition {
  const { title, servers, signIns, operations } = outlined(bytes);
  const usable = operations.filter(({ unusable }) => unusable === null).slice(0, most);
  const wishes = usable.map(({ key, effect, idempotency, paging }) => ({
    key,
    effect,
    idempotency,
    paging: paging !== null,
  }));
  const choice = { id: 'api-desk', title, server: servers[0]!, signIns, test: null, operations: wishes };
  const answer = readApi(bytes, { known: {}, choice });
  if (!('definition' in answer)) throw new Error(JSON.stringify(answer));
  return answer.definition;
}

const definition = imported(desk);
const connector = connectorOfApi(definition);
const inputOf = (operation: string) => definition.operations[operation]?.input.properties as Record<string, JsonSchema>;
const ticketFields = () => (inputOf('createTicket').body as { properties: Record<string, JsonSchema> }).properties;

/** What is sent for an input. */
async function sent(operation: string, input: JsonObject, body: unknown = {}): Promise<HttpRequest> {
  const requests: HttpRequest[] = [];
  const send = async (request: HttpRequest) => {
    requests.push(request);
    return { status: 200, headers: {}, body: body as JsonObject };
  };
  await callOperation(connector, operation, input, hostOf({ send }));
  return requests[0]!;
}

describe('the outline of a document', () => {
  const { operations, problems, servers, signIns } = outlined(desk);
  const by = (key: string) => operations.find((one) => one.key === key);

  it('lists its calls with what their methods say of them', () => {
    const told = operations.map(({ key, effect, idempotency }) => [key, effect, idempotency]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['GET /tickets', 'read', 'natural'],
        ['POST /tickets', 'write', 'key'],
        ['PUT /tickets/{id}', 'write', 'natural'],
        ['PATCH /tickets/{id}', 'write', 'none'],
        ['DELETE /tickets/{id}', 'destructive', 'natural'],
        ['POST /sign-up', 'write', 'none'],
      ]),
    );
    expect(by('POST /tickets')).toMatchObject({
      id: 'createTicket',
      title: 'Open a ticket',
      summary: 'Opens one ticket.',
      tags: ['Tickets'],
    });
    expect(by('PATCH /tickets/{id}')).toMatchObject({ id: 'patchTicketsId', title: 'Change a ticket' });
    expect(by('GET /status')).toMatchObject({ testable: true });
    expect(by('GET /tickets/{id}')).toMatchObject({ testable: false });
  });

  it('names what cannot be imported, where it is and why', () => {
    const unusable = operations.flatMap((one) =>
      one.unusable ? [[one.key, one.unusable.place, one.unusable.message]] : [],
    );
    expect(unusable).toEqual([
      ['GET /files/{name}', '/paths/~1files~1{name}/get/responses/200', expect.stringContaining('application/pdf')],
      ['POST /legacy', '/paths/~1legacy/post/requestBody', expect.stringContaining('application/xml')],
      ['GET /elsewhere', '/paths/~1elsewhere/get/parameters/0/$ref', expect.stringContaining('common.yaml')],
    ]);
  });

  it('has the ways to sign in that its calls ask for', () => {
    expect(signIns).toMatchObject([
      {
        kind: 'deskKeyDeskApp',
        parts: [
          { in: 'header', name: 'X-Desk-Key' },
          { in: 'query', name: 'app' },
        ],
      },
      { kind: 'person', parts: [{ type: 'basic' }] },
    ]);
  });

  it('says which ways to sign in cannot be used', () => {
    const loose = desk
      .toString('utf8')
      .replace(/security:\n {2}- deskKey[^x]*?(?=x-limits)/, '')
      .replace('security: []', 'deprecated: true');
    const found = outlined(Buffer.from(loose));
    expect(found.signIns.map(({ kind }) => kind)).toEqual(['deskKey', 'deskApp', 'person', 'portal']);
    expect(found.problems).toMatchObject([
      { place: '/components/securitySchemes/badge', message: expect.stringContaining('client certificate') },
    ]);
    expect(problems).toEqual([]);
  });

  it('has the servers with their variables', () => {
    expect(servers).toMatchObject([
      {
        url: '{protocol}://{host}/v1',
        variables: [
          { name: 'protocol', default: 'https', choices: ['https', 'http'] },
          { name: 'host', default: 'eu.desk.example', description: 'Your desk.' },
        ],
      },
    ]);
  });

  it('tells how lists are cut into pages', () => {
    expect(by('GET /tickets')?.paging).toBe('cursor');
    expect(definition.operations.listTickets?.paging).toMatchObject({
      items: '/tickets',
      next: '/paging/next',
      parameter: 'cursor',
    });
  });

  it('tells a call by the first sentence of its description, without the marks of Markdown', () => {
    const described = desk
      .toString('utf8')
      .replace('Opens **one** ticket. More', '\n        > [!NOTE]\n        > Opens `one` ticket. More');
    const text = described.replace('description: \n', 'description: |\n');
    expect(outlined(Buffer.from(text)).operations.find(({ id }) => id === 'createTicket')?.summary).toBe(
      'Opens one ticket.',
    );
  });

  it('keeps the ids that calls had before, whatever they are called now', () => {
    const answer = readApi(desk, { known: { 'GET /tickets/{id}': 'oldName' } }) as { outline: Outline };
    expect(answer.outline.operations.find(({ key }) => key === 'GET /tickets/{id}')?.id).toBe('oldName');
  });
});

describe('a form', () => {
  it('has the fields of allOf together, without those that are only answered', () => {
    expect(Object.keys(ticketFields())).toEqual(['title', 'notes', 'priority', 'state', 'owner', 'from', 'pin']);
    expect(inputOf('createTicket').body).toMatchObject({ required: ['title'] });
  });

  it('takes null where 3.0 says nullable, and 3.1 names null', () => {
    expect(ticketFields().notes).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] });
    expect(ticketFields().state).toEqual({ anyOf: [{ enum: ['open', 'closed'] }, { type: 'null' }] });
    const tree = imported(bytesOf('tree.openapi.json'));
    const fields = tree.operations.getNodes!.input.properties as Record<string, JsonSchema>;
    expect(fields.body_query).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] });
  });

  it('has a variant for each alternative, told apart by the discriminator', () => {
    expect(ticketFields().from).toMatchObject({
      anyOf: [
        { title: 'Mail', properties: { kind: { const: 'mail' } }, required: ['address', 'kind'] },
        { title: 'Call', properties: { kind: { const: 'call' } }, required: ['number', 'kind'] },
      ],
    });
  });

  it('cuts circles where they close, and takes any value there', () => {
    const { manager, reports } = (ticketFields().owner as { properties: Record<string, JsonSchema> }).properties;
    expect(manager).toEqual({});
    expect(reports).toEqual({ type: 'array', items: {} });
    const tree = imported(bytesOf('tree.openapi.json'));
    expect(tree.operations.postLoop?.input.properties).toEqual({ body: {} });
    expect(JSON.stringify(tree)).not.toContain('$ref');
  });

  it('checks what the description says, without its patterns, which could hold up the server', () => {
    expect(ticketFields().title).toEqual({ type: 'string', description: 'In one line.', maxLength: 200 });
    expect(ticketFields().priority).toMatchObject({ minimum: 1, maximum: 100, examples: [3] });
    const check = (body: JsonObject) => parseInput(connector.operations.createTicket!, { body });
    expect(() => check({ title: 'a', priority: 900 })).toThrow(/\/body\/priority: .*100/);
    expect(check({ title: 'a', priority: 9, more: true })).toEqual({ body: { title: 'a', priority: 9, more: true } });
  });

  it('has samples that fit', () => {
    for (const [id, { sample }] of Object.entries(definition.operations)) {
      const { input } = describeApi(definition, connector).operations.find((one) => one.id === id)!;
      expect(connector.operations[id]?.input.safeParse(sample.input).error?.issues ?? [], id).toEqual([]);
      expect(input).toMatchObject({ type: 'object' });
    }
  });
});

describe('a request', () => {
  it('has its parameters in path, query and header, as they are to be written', async () => {
    const input = { state: ['open', 'closed'], filter: { owner: 'ann' }, limit: 2, 'X-Trace': 't1' };
    expect(await sent('listTickets', input, { tickets: [] })).toMatchObject({
      method: 'GET',
      path: '/tickets',
      query: { state: 'open,closed', 'filter[owner]': 'ann', limit: '2' },
      headers: { 'X-Trace': 't1' },
    });
    expect(await sent('getTicket', { id: 'a/b ?' })).toMatchObject({ path: '/tickets/a%2Fb%20%3F' });
    await expect(sent('getTicket', { id: '..' })).rejects.toMatchObject({ code: 'E_INPUT' });
  });

  it('carries the key of the effect where the API knows one', async () => {
    const { headers } = await sent('createTicket', { body: { title: 'a' } });
    expect(headers).toMatchObject({ 'Idempotency-Key': expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('has its body as JSON by its own name, as a form, or as a form with files', async () => {
    expect(await sent('replaceTicket', { id: 'T1', body: { title: 'b' } })).toMatchObject({
      body: { title: 'b' },
      headers: { 'content-type': 'application/merge+json' },
    });
    expect(await sent('signUp', { body: { name: 'Ann & Co', groups: ['a', 'b'] } })).toMatchObject({
      text: { content: 'name=Ann+%26+Co&groups=a&groups=b', contentType: 'application/x-www-form-urlencoded' },
    });
    const file = { filename: 'a.txt', content: 'aGk=', contentType: 'text/plain' };
    expect(await sent('attachFile', { id: 'T1', body: { note: 'n', file } })).toMatchObject({
      multipart: { fields: { note: 'n' }, files: [{ ...file, name: 'file', encoding: 'base64' }] },
    });
  });

  it('is made page by page until there is no more, or enough', async () => {
    const pages = [
      { tickets: [{ id: '1' }, { id: '2' }], paging: { next: 'c2' } },
      { tickets: [{ id: '3' }], paging: { next: null } },
    ];
    const asked: unknown[] = [];
    const send = async ({ query }: HttpRequest) => {
      asked.push(query?.cursor);
      return { status: 200, headers: {}, body: pages[asked.length - 1]! };
    };
    const all = await callOperation(connector, 'listTickets', {}, hostOf({ send }));
    expect(all).toEqual({ items: [{ id: '1' }, { id: '2' }, { id: '3' }] });
    expect(asked).toEqual([undefined, 'c2']);
  });

  it('names what a write changes', () => {
    const changes = connector.operations.deleteTicket?.changes?.({ id: 'T1' } as never);
    expect(changes).toEqual([
      { action: 'delete', object: { type: 'call', id: '/tickets/T1', title: 'DELETE /tickets/T1' } },
    ]);
  });
});

describe('a connection', () => {
  const auth = (kind: string) => connector.auth.find((one) => one.kind === kind)!;
  const person = { username: 'u', password: 'p' };

  it('goes to the server that its variables make', () => {
    const fields = auth('person').fields.parse({ ...person, server_host: 'us.desk.example' });
    expect(fields).toMatchObject({ server_protocol: 'https' });
    expect((connector.baseUrl as (fields: object) => string)(fields)).toBe('https://us.desk.example/v1');
    const wrong = auth('person').fields.safeParse({ ...person, server_host: 'evil.example/' });
    expect(wrong.error?.issues).toMatchObject([{ path: ['server_host'] }]);
  });

  it('sends all parts of a way to sign in along', () => {
    const sent = auth('deskKeyDeskApp').credentials({ deskKey: 'k', deskApp: 'a' }, 'https://eu.desk.example');
    expect(sent).toEqual({ headers: { 'X-Desk-Key': 'k' }, query: { app: 'a' } });
  });

  it('is proved by the read that was chosen, else by whether the server answers', async () => {
    const send = async (request: HttpRequest) => ({ status: request.path ? 200 : 404, headers: {}, body: null });
    expect(await connector.test?.(hostOf({ send }), {})).toEqual({ said: expect.stringContaining('answers (404)') });
    const proved = connectorOfApi({ ...definition, test: 'getStatus' });
    expect(await proved.test?.(hostOf({ send }), {})).toEqual({ said: 'Status of the desk was answered.' });
  });
});

describe('a document that cannot be used', () => {
  const refused = (text: string) => readApi(Buffer.from(text), { known: {} });
  const openapi = 'openapi: 3.0.0\ninfo: {}\npaths: {}\n';

  it.each([
    ['is empty', '  ', '', 'empty'],
    ['is a web page', '<!doctype html><p>', 'line 1', 'web page'],
    ['breaks off', '{"openapi": "3.0.0",\n "paths": {', 'line 2', 'cannot be read'],
    ['is wrongly indented', 'openapi: 3.0.0\n  info: a', 'line 2', 'cannot be read'],
    ['is Swagger 2', 'swagger: "2.0"\npaths: {a: 1}', '/swagger', 'Swagger 2.0'],
    ['is of a later version', 'openapi: 4.0.0', '/openapi', '4.0.0'],
    ['is something else', 'name: a', '/openapi', 'does not say which version'],
    ['is a list', '[1]', '', 'no object'],
    ['has no paths', openapi, '/paths', 'no calls'],
    ['has paths without calls', 'openapi: 3.1.0\npaths: {/a: {summary: x}}', '/paths', 'no calls'],
  ])('because it %s is refused with its place and a remedy', (_, text, place, message) => {
    expect(refused(text)).toEqual({
      problems: [
        { place: expect.stringContaining(place), message: expect.stringContaining(message), fix: expect.any(String) },
      ],
    });
  });

  it('because it unfolds without end does not hold up its reader', () => {
    const levels = Array.from(
      { length: 40 },
      (_, n) =>
        `    L${n}: {type: object, properties: {a: {$ref: '#/components/schemas/L${n + 1}'}, b: {$ref: '#/components/schemas/L${n + 1}'}}}`,
    );
    const text = `openapi: 3.0.0\npaths: {/a: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/L0'}}}}, responses: {}}}}\ncomponents:\n  schemas:\n${levels.join('\n')}\n    L40: {type: string}\n`;
    expect(JSON.stringify(imported(Buffer.from(text))).length).toBeLessThan(60_000);
  });

  it('because it is nested without end is refused, too', () => {
    const deep = `openapi: 3.0.0\npaths: {/a: {post: {x: ${'{"allOf":['.repeat(200_000)}`;
    expect(refused(deep)).toMatchObject({ problems: [{ message: expect.stringMatching(/nested|cannot be read/) }] });
    const aliases = Array.from({ length: 40 }, (_, n) => `x${n + 1}: &x${n + 1} [*x${n}, *x${n}]`).join('\n');
    const bomb = `openapi: 3.0.0\nx0: &x0 [a, b]\n${aliases}\npaths: {/a: {get: {responses: {200: {content: {application/json: {schema: {enum: *x40}}}}}}}}`;
    expect(refused(bomb)).toHaveProperty('outline');
  });

  it('that leads links elsewhere has none', () => {
    expect(imported(bytesOf('tree.openapi.json')).docs).toBe('');
  });
});

/** Where vendors' own descriptions are, if they are at hand. */
const vendors = new URL('../../../shared/specs/', import.meta.url);
const documents = [
  'opal',
  'pagerduty',
  'jira',
  'okta',
  'datadog',
  'github',
  'sailpoint',
  'openlane',
  'bamboohr',
  'msgraph',
];

describe.each(documents)('the description of %s', (vendor) => {
  const folder = new URL(`${vendor}/`, vendors);
  const wanted = /(trim\.json|openapi\.json|public\.yaml|python\.yaml)$/;
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => wanted.test(name)) : [];

  it.skipIf(files.length === 0)(
    `becomes a connector whose samples fit${files.length === 0 ? ' (not at hand: put it into ../shared/specs)' : ''}`,
    () => {
      for (const file of files) {
        const whole = imported(readFileSync(new URL(file, folder)));
        const made = connectorOfApi(whole);
        const { operations, auth } = describeApi(whole, made);
        expect(operations.length).toBeGreaterThan(2);
        expect(auth.length).toBeGreaterThan(0);
        for (const { id, sample } of operations) {
          expect(made.operations[id]?.input.safeParse(sample.input).error?.issues ?? [], `${file} ${id}`).toEqual([]);
        }
      }
    },
  );
});
