import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';

/** What every line written while a request is served carries. */
export const requestContext = new AsyncLocalStorage<{ requestId: string }>();

const secretKeys = ['password', 'secret', 'token', 'authorization', 'cookie', 'sealed', 'apiKey', 'fields'];

/** Lines of JSON on stdout. */
export function makeLogger(level: string): Logger {
  return pino(loggerOptions(level));
}

/** Secrets are blanked by key, and an error shows no statement's parameters. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => requestContext.getStore() ?? {},
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '(hidden)' },
    serializers: { err: describeError },
  };
}

/** Type, message, code, stack and cause, and nothing else that an error may carry. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    ...{ type: name, message, stack },
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** Where Nest tells at each start what it found; of use only to who works on the server. */
const chatter = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Nest's logger on pino: `logger.log('message')`, `logger.error({ err, …fields }, 'message')`. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log = (message: unknown, ...rest: unknown[]) => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);

  /** Nest puts the context last; fields come as an object before the message, a stack as text after it. */
  private write(
    level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const texts = rest.filter((part) => typeof part === 'string');
    const context = texts.at(-1);
    const at = level === 'info' && context !== undefined && chatter.has(context) ? 'debug' : level;
    if (message instanceof Error) this.pino[at]({ err: message, context }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[at]({ ...message, context }, texts[0]);
    else this.pino[at]({ context, ...(texts.length > 1 ? { stack: texts[0] } : {}) }, String(message));
  }
}
