import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from 'js-yaml';
import { type Document, OpenAPIBackend, type Request } from 'openapi-backend';

const fixture = new URL('../../connectors/openapi/fixtures/desk.openapi.yaml', import.meta.url);
/** The description as it is published. */
export const deskDocument = readFileSync(fixture, 'utf8');

export interface DeskRequest {
  operation: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}

/** A ticket desk on a port of its own that is made of its description, and serves that as well, at `/openapi.yaml`. */
export interface Desk {
  /** `host:port`. */
  address: string;
  /** What it was asked and took, in order. */
  heard: DeskRequest[];
  /** The description that it serves from now on. */
  serve(document: string): void;
  /** So many requests are refused with 429 first. */
  throttle(times: number): void;
  stop(): Promise<void>;
}

interface Ticket {
  id: string;
  title: string;
  [more: string]: unknown;
}

export async function startDesk(): Promise<Desk> {
  const heard: DeskRequest[] = [];
  const tickets: Ticket[] = [];
  let served = deskDocument;
  let throttled = 0;
  const backend = new OpenAPIBackend<Document>({
    definition: judging() as Document,
    apiRoot: '/v1',
    quick: true,
    ajvOpts: { strict: false },
  });
  await backend.init();

  const rules: Record<
    string,
    (request: DeskRequest, params: Record<string, string>) => { status: number; body?: unknown }
  > = {
    getStatus: () => ({ status: 200, body: { ok: true } }),
    'list-tickets': ({ query }) => {
      const from = Number(query.cursor ?? 0);
      const next = from + 2 < tickets.length ? String(from + 2) : null;
      return { status: 200, body: { tickets: tickets.slice(from, from + 2), paging: { next } } };
    },
    createTicket: ({ body }) => {
      const ticket = { ...(body as Ticket), id: `T${tickets.length + 1}` };
      tickets.push(ticket);
      return { status: 201, body: ticket };
    },
    getTicket: (_, { id }) => ({ status: 200, body: tickets.find((ticket) => ticket.id === id) }),
    deleteTicket: (_, { id }) => {
      tickets.splice(
        tickets.findIndex((ticket) => ticket.id === id),
        1,
      );
      return { status: 204 };
    },
    signUp: () => ({ status: 200, body: 'welcome' }),
  };

  const answer = (request: Request): { status: number; body?: unknown; headers?: Record<string, string> } => {
    const operation = backend.matchOperation(request);
    const rule = rules[operation?.operationId ?? ''];
    if (!operation || !rule) return { status: 404, body: { message: 'No such call' } };
    const { query, headers, requestBody, params } = backend.router.parseRequest(request, operation);
    const isOpen = Array.isArray(operation.security) && operation.security.length === 0;
    if (!isOpen && (headers['x-desk-key'] !== 'the-key-of-the-desk' || query.app !== 'the-app-of-the-desk')) {
      return { status: 401, body: { message: 'The desk does not know this key.' } };
    }
    if (throttled > 0) {
      throttled -= 1;
      return { status: 429, body: { message: 'Not so fast' }, headers: { 'retry-after': '1' } };
    }
    // The description does not name what signs in among an operation's parameters.
    const { app: _, ...own } = query as Record<string, string>;
    const checked = backend.validator.validateRequest({ ...request, query: own }, operation);
    if (!checked.valid) return { status: 400, body: { message: JSON.stringify(checked.errors) } };
    const sent = Object.fromEntries(new URLSearchParams(String(request.query)));
    const seen = {
      operation: operation.operationId ?? '',
      path: request.path,
      query: sent,
      headers,
      body: requestBody,
    };
    heard.push(seen as DeskRequest);
    return rule(seen as DeskRequest, params as Record<string, string>);
  };

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://desk');
      if (url.pathname === '/openapi.yaml')
        return response.writeHead(200, { 'content-type': 'application/yaml' }).end(served);
      const { status, body, headers } = answer({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.search.slice(1),
        headers: request.headers as Record<string, string>,
        body: bodyOf(Buffer.concat(pieces).toString('utf8'), request.headers['content-type']),
      });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    heard,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (document) => {
      served = document;
    },
    throttle: (times) => {
      throttled = times;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A form as the fields that it has, several of a name as a list; all else as it came. */
function bodyOf(text: string, contentType = ''): Request['body'] {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return text || undefined;
  const fields = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => [
      name,
      fields.getAll(name).length > 1 ? fields.getAll(name) : fields.get(name),
    ]),
  ) as Request['body'];
}

/** The description as it judges requests: what only answers hold is not asked of them, and one file is all there is. */
function judging(): object {
  const document = load(deskDocument.replace('required: [id]', 'required: []').replaceAll('<<: *limits, ', '')) as {
    paths: Record<string, unknown>;
  };
  delete document.paths['/elsewhere'];
  return document;
}
