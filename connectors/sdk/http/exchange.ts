import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { ConnectFailure } from './egress.js';

export interface WireRequest {
  url: URL;
  method: Dispatcher.HttpMethod;
  headers: Record<string, string>;
  body?: string | Buffer;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  /** As sent: still encoded. */
  bytes: Buffer;
}

/** Why an exchange broke off, and whether the vendor may have seen the request. */
export class ExchangeFailure extends Error {
  constructor(
    readonly reason: 'connect' | 'broken' | 'too_large' | 'deadline' | 'cancelled' | 'invalid',
    readonly sent: boolean,
    cause: Error,
  ) {
    super(cause.message, { cause });
    this.name = 'ExchangeFailure';
  }
}

export interface ExchangeOptions {
  /** Until the first byte of the answer. */
  headersMs: number;
  /** For everything, from now: a vendor that drips its answer does not get round it. */
  totalMs: number;
  maxBytes: number;
  signal?: AbortSignal;
}

/** One request and its whole answer. Rejects with ExchangeFailure only. */
export function exchange(
  dispatcher: Dispatcher,
  request: WireRequest,
  options: ExchangeOptions,
): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    let size = 0;
    const chunks: Buffer[] = [];

    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
      act();
    };
    const fail = (reason: ExchangeFailure['reason'], error: Error) =>
      settle(() => {
        reject(new ExchangeFailure(reason, controller !== undefined, error));
        controller?.abort(error);
      });
    const cancel = () => fail('cancelled', new Error('The call was cancelled.'));
    const timer = setTimeout(
      () => fail('deadline', new Error(`No whole answer within ${options.totalMs / 1000} s.`)),
      options.totalMs,
    );
    if (options.signal?.aborted) return cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });

    const { url, method, body } = request;
    const call = {
      origin: url.origin,
      path: url.pathname + url.search,
      headers: request.headers,
      headersTimeout: options.headersMs,
      bodyTimeout: options.totalMs,
      ...{ method, body },
    };
    dispatcher.dispatch(call, {
      onRequestStart: (started) => {
        // Cancelled while it waited for a connection: it is taken back before a byte leaves.
        if (settled) started.abort(new Error('The call was given up.'));
        else controller = started;
      },
      onResponseStart: (_, statusCode, responseHeaders) => {
        status = statusCode;
        headers = responseHeaders;
      },
      onResponseData: (_, chunk) => {
        size += chunk.length;
        if (size > options.maxBytes)
          fail('too_large', new Error(`The answer is larger than ${options.maxBytes} bytes.`));
        else chunks.push(chunk);
      },
      onResponseEnd: () => settle(() => resolve({ status, headers: joined(headers), bytes: Buffer.concat(chunks) })),
      onResponseError: (_, error) => fail(reasonOf(error), error),
    });
  });
}

function reasonOf(error: Error & { code?: string }): ExchangeFailure['reason'] {
  if (error instanceof ConnectFailure) return 'connect';
  if (error.code === 'UND_ERR_INVALID_ARG') return 'invalid';
  return error.code === 'UND_ERR_HEADERS_TIMEOUT' || error.code === 'UND_ERR_BODY_TIMEOUT' ? 'deadline' : 'broken';
}

function joined(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}
