import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A system that answers JSON at once, or under /slow after five seconds. */
export interface BenchVendor {
  url: string;
  /** `host:port`, for EGRESS_ALLOW. */
  address: string;
  stop(): Promise<void>;
}

const slowMs = 5_000;

export async function startBenchVendor(): Promise<BenchVendor> {
  const server = createServer(async (request, response) => {
    request.resume();
    if (request.url?.startsWith('/slow')) await delay(slowMs);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"items":[1,2,3]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
