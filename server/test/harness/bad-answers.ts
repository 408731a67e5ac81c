import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** Answers that no vendor should give, for `VendorAnswer.write`. */
export type BadAnswer = (response: ServerResponse) => void;

/** A byte each so many milliseconds, for ever: never idle for long, and never whole. */
export function dripping(milliseconds: number): BadAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"a":"');
    const timer = setInterval(() => response.write('x'), milliseconds);
    response.on('close', () => clearInterval(timer));
    response.on('error', () => clearInterval(timer));
  };
}

/** As fast as it is read, without an end. `sent` is told how many bytes have gone out. */
export function endless(sent: (bytes: number) => void = () => undefined): BadAnswer {
  return (response) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let total = 0;
    response.writeHead(200, { 'content-type': 'text/plain' });
    const more = (): void => {
      while (!response.destroyed) {
        total += chunk.length;
        sent(total);
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
    };
    response.on('error', () => undefined);
    more();
  };
}

/** Some hundred kilobytes that unpack to so many megabytes. */
export function gzipBomb(megabytes: number): BadAnswer {
  const packed = gzipSync(Buffer.alloc(megabytes * 1024 * 1024, ' '));
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed);
  };
}

/** Just these bytes, said to be JSON. */
export function bytes(content: string | Buffer, headers: Record<string, string> = {}): BadAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(content);
  };
}
