import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiError } from '../errors.js';

const commentEveryMs = 15_000;
/** A reader that lets so much pile up is gone or stuck; it will ask again from its last id. */
const bufferLimitBytes = 1_048_576;

/** One open answer of server-sent events. */
export interface EventStream {
  send(message: { event: string; data: unknown; id?: string | number }): void;
  /** Ends the answer from our side. */
  end(): void;
  /** Called once when either side has ended it. */
  onClose(handler: () => void): void;
  readonly closed: boolean;
}

/** Every open event stream, so that a shutdown can end them before it waits for work. */
@Injectable()
export class EventStreams {
  private readonly open = new Set<EventStream>();
  private ended = false;

  /** Turns the reply into a stream. The handler takes `@Res()` and answers nothing else. */
  start(reply: FastifyReply): EventStream {
    if (this.ended) throw new ApiError('unavailable', 'The server is stopping.');
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const handlers: (() => void)[] = [];
    const write = (text: string): void => {
      if (response.writableEnded || response.destroyed) return;
      response.write(text);
      if (response.writableLength > bufferLimitBytes) response.destroy();
    };
    const beat = setInterval(() => write(': here\n\n'), commentEveryMs);
    const stream: EventStream = {
      send: ({ event, data, id }) =>
        write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`),
      end: () => response.end(),
      onClose: (handler) => (response.closed || response.destroyed ? handler() : void handlers.push(handler)),
      get closed() {
        return response.writableEnded || response.destroyed;
      },
    };
    this.open.add(stream);
    response.on('close', () => {
      clearInterval(beat);
      this.open.delete(stream);
      for (const handler of handlers) handler();
    });
    write(': here\n\n');
    return stream;
  }

  get count(): number {
    return this.open.size;
  }

  /** Ends all and opens no more. A page asks again, and so finds the next process. */
  endAll(): void {
    this.ended = true;
    for (const stream of this.open) stream.end();
  }
}
