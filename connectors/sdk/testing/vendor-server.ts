import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { apiToken } from '../auth.js';
import { type Connector, defineConnector } from '../define.js';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as the test says, and remembers what it was asked. */
export interface VendorServer {
  origin: string;
  /** `host:port`, as EGRESS_ALLOW takes it. */
  place: string;
  seen: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[];
  answer: Answer;
  close(): void;
}

export async function startVendor(): Promise<VendorServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    vendor.seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    vendor.answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const vendor: VendorServer = {
    origin: `http://${place}`,
    place,
    seen: [],
    answer: (_, response) => response.end(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return vendor;
}

/** Answers with a JSON text. */
export function json(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
}

/** A connector of one such server, with a bearer token. */
export const vendorConnector: Connector = defineConnector({
  id: 'vendor',
  title: 'Vendor',
  docs: 'https://vendor.example/docs',
  judgedBy: 'docs',
  auth: [apiToken({ fields: { baseUrl: z.string() } })],
  sampleConnection: { kind: 'apiToken', fields: { token: 'sample', baseUrl: 'https://vendor.example' } },
  baseUrl: ({ baseUrl }) => String(baseUrl),
  bases: { reports: ({ baseUrl }) => `${String(baseUrl)}/reports/` },
  operations: {},
});
