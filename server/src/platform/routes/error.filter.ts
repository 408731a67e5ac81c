import { type ApiErrorBody, type ApiErrorCode, apiErrors } from '@castellan/api';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { asCallerError } from '../database/database-errors.js';
import { ApiError } from '../errors.js';

/** Codes for errors that Fastify and Nest raise themselves, by status. */
const byStatus: Record<number, ApiErrorCode> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'not_found',
  408: 'invalid_input',
  413: 'too_large',
  414: 'not_found',
  415: 'invalid_input',
  429: 'rate_limited',
  503: 'unavailable',
};

/** Renders every error of the server as `{ code, message, details }`. What is no error of ours is logged, not told. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const known = toApiError(error);
    if (known.code === 'internal') {
      const { id, method, routeOptions } = http.getRequest();
      this.logger.error({ err: error, requestId: id, method, route: routeOptions?.url }, 'Request failed');
    }
    // An answer that has begun, such as an event stream, can only be ended.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (known.code === 'unavailable') reply.header('retry-after', '5');
    if (known.code === 'rate_limited') reply.header('retry-after', String(retrySeconds(known)));
    const body: ApiErrorBody = { code: known.code, message: known.message };
    if (known.details !== undefined) body.details = known.details;
    void reply.status(known.status).header('content-type', 'application/json; charset=utf-8').send(body);
  }
}

function toApiError(error: unknown): ApiError {
  const caught = asCallerError(error);
  if (caught instanceof ApiError) return caught;
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown })?.statusCode;
  const code = typeof status === 'number' ? byStatus[status] : undefined;
  return new ApiError(code ?? 'internal', code ? undefined : apiErrors.internal.remedy);
}

function retrySeconds(error: ApiError): number {
  const seconds = (error.details as { retryAfterSeconds?: unknown } | undefined)?.retryAfterSeconds;
  return typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : 1;
}
