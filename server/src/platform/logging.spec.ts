import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { loggerOptions, NestLogger, requestContext } from './logging.js';

/** A logger whose lines are read back. */
function aLogger(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { lines, logger: pino(loggerOptions(level), sink) };
}

describe('the log', () => {
  test('blanks secrets by their key, at the top and below', () => {
    const { lines, logger } = aLogger();
    logger.info({ password: 'hunter2', body: { token: 'hunter2', headers: { authorization: 'hunter2' } } }, 'x');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ password: '(hidden)', level: 'info' });
  });

  test('shows of an error what helps, and no statement’s parameters', () => {
    const { lines, logger } = aLogger();
    const cause = Object.assign(new Error('below'), { code: 'ECONNRESET' });
    const error = Object.assign(new Error('above', { cause }), { parameters: ['hunter2'], query: 'insert …' });
    logger.error({ err: error }, 'failed');
    expect(lines[0]?.err).toMatchObject({ message: 'above', cause: { message: 'below', code: 'ECONNRESET' } });
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|insert/);
  });

  test('names the request in every line that is written for it', () => {
    const { lines, logger } = aLogger();
    requestContext.run({ requestId: 'r1' }, () => logger.info('inside'));
    logger.info('outside');
    expect(lines.map(({ requestId }) => requestId)).toEqual(['r1', undefined]);
  });

  test('keeps one line a message, whatever the message holds', () => {
    const { lines, logger } = aLogger();
    logger.info('first\n{"level":"audit"}\u001b[31m');
    expect(lines).toHaveLength(1);
  });
});

describe('Nest’s logger', () => {
  test('tells at info what the server says, and only at debug what Nest found at start', () => {
    const { lines, logger } = aLogger();
    const nest = new NestLogger(logger);
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    nest.log('A worker is up', 'WorkerService');
    expect(lines.map(({ msg, context }) => [msg, context])).toEqual([['A worker is up', 'WorkerService']]);
  });

  test('takes fields before the message, and a stack after it', () => {
    const { lines, logger } = aLogger();
    const nest = new NestLogger(logger);
    nest.error({ requestId: 'r', err: new Error('why') }, 'Request failed', 'Request');
    nest.error('Broken', 'Error: Broken\n    at x', 'Ctx');
    expect(lines[0]).toMatchObject({
      requestId: 'r',
      msg: 'Request failed',
      context: 'Request',
      err: { message: 'why' },
    });
    expect(lines[1]).toMatchObject({ msg: 'Broken', context: 'Ctx', stack: 'Error: Broken\n    at x' });
  });
});
