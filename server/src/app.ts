import { apiErrors } from '@castellan/api';
import fastifyStatic from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { designerFolder } from './designer/designer.controller.js';
import type { EncryptionKeys } from './platform/crypto/index.js';
import { newId } from './platform/ids.js';
import { NestLogger, requestContext } from './platform/logging.js';
import { Metrics } from './platform/metrics.js';
import { platformModule } from './platform/platform.module.js';
import { compressAnswers } from './platform/routes/compression.js';
import { requestTimes, takeBodiesAsBytes } from './platform/routes/http-limits.js';
import { sendSecurityHeaders } from './platform/routes/security-headers.js';

/** The application, ready to listen. */
export async function createApp(config: Config, keys: EncryptionKeys, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    ...requestTimes,
    trustProxy: config.trustProxy > 0 && ((_address, hop) => hop < config.trustProxy),
    genReqId: newId,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    // What the router itself refuses meets no filter: a malformed address.
    frameworkErrors: (_error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      void reply.status(404).send({ code: 'not_found', message: apiErrors.not_found.remedy });
    },
  });
  const root = { module: AppModule, imports: [platformModule(config, keys)] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    // Rejects instead of ending the process, so that the caller can say why on one line.
    abortOnError: false,
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  takeBodiesAsBytes(fastify);
  sendSecurityHeaders(fastify, { https: config.https });
  compressAnswers(fastify);
  await fastify.register(fastifyStatic, { root: designerFolder, serve: false, preCompressed: true });
  if (!config.servesApi) closeAllButHealth(fastify);
  nameRequests(fastify, logger);
  measureRequests(fastify, app.get(Metrics));
  await app.init();
  await fastify.ready();
  return app;
}

/** A worker answers only whether it lives. */
function closeAllButHealth(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/(health\/|metrics$)/.test(request.url)) done();
    else reply.callNotFound();
  });
}

/** Gives each request an id, which stands in its answer and in every line logged for it. */
function nameRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    done();
  });
  // After the body was read, since the events of a socket do not carry the context on.
  fastify.addHook('preHandler', (request, _reply, done) => requestContext.run({ requestId: request.id }, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.debug(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'answered',
    );
    done();
  });
}

function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.observeRequest({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
    });
    done();
  });
}
