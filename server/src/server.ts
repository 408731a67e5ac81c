import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createApp } from './app.js';
import { SetupService } from './auth/setup.service.js';
import type { Config } from './config.js';
import { Addresses } from './platform/addresses.js';
import { openKeys } from './platform/crypto/index.js';
import { prepareSchema } from './platform/database/migrations.js';
import { withDatabase } from './platform/database/single-connection.js';
import { ReadinessChecks } from './platform/readiness.js';
import { drainable } from './platform/routes/drain.js';
import { EventStreams } from './platform/routes/index.js';
import { whileUnavailable } from './platform/while-unavailable.js';

/** How long a start waits for a service that does not answer. */
const startPatienceMs = 60_000;

/** A server that listens. */
export interface RunningServer {
  /** Where it is reached. */
  url: string;
  /** The one-time link to the set-up, while there is no administrator. */
  setupUrl: string | null;
  /** Ends event streams, finishes what is under way, closes. */
  stop(): Promise<void>;
}

/** Schema, key, application, in this order: nothing is served, and nothing sealed, before the two fit. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  await prepareSchema(config.databaseUrl, { onlyWait: !config.servesApi });
  const keys = await withDatabase(config.databaseUrl, (sql) => openKeys(config, sql));
  const app = await createApp(config, keys, logger);
  const drain = drainable(app.getHttpServer());
  try {
    const hooks = config.hooksPort === null ? null : await listenForHooks(app, config.hooksPort, config.host);
    await app.listen({ port: config.port, host: config.host });
    const addresses = app.get(Addresses);
    addresses.listeningAt((app.getHttpServer().address() as AddressInfo).port);
    const setupUrl = config.servesApi
      ? await whileUnavailable(startPatienceMs, () => app.get(SetupService).prepare())
      : null;
    return {
      url: addresses.origin,
      setupUrl,
      stop: async () => {
        app.get(ReadinessChecks).drain();
        // First of all, since nothing else would ever end them.
        app.get(EventStreams).endAll();
        drain();
        await hooks?.end();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** A second port that knows only /hooks, so that the app itself need not face the internet. */
async function listenForHooks(
  app: NestFastifyApplication,
  port: number,
  host: string,
): Promise<{ end(): Promise<void> }> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    if (/^\/hooks\/[\w-]+(\/|\?|$)/.test(request.url ?? '')) fastify.routing(request, response);
    else response.writeHead(404).end();
  });
  const drain = drainable(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, resolve);
  });
  return {
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drain();
      }),
  };
}
