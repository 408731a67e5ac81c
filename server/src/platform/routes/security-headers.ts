import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** Headers of every answer. What only makes sense over https is sent only there. */
export function sendSecurityHeaders(fastify: FastifyInstance, options: { https: boolean }): void {
  // Made once: Fastify's own plugin for it makes all headers anew with each request.
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'style-src': ["'self'", "'unsafe-inline'"],
        'script-src': ["'self'"],
        'connect-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        ...(options.https ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: options.https ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
  });
  fastify.addHook('onRequest', (request, reply, next) => {
    protect(request.raw, reply.raw, () => next());
  });
}
