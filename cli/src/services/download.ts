import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';

/** The vendor's hosts answer within a second or not at all: without internet the next source is tried soon. */
const CONNECT_TIMEOUT_MS = 8_000;
/** No byte for this long means that the line is dead. */
const IDLE_TIMEOUT_MS = 30_000;

/** Fetches a small text file. */
export async function fetchText(url: string): Promise<string> {
  return (await get(url)).text();
}

/** Fetches a file, reporting bytes as they arrive; `total` is unknown when the host does not say. */
export async function download(
  url: string,
  file: string,
  report: (done: number, total: number | undefined) => void,
): Promise<void> {
  const response = await get(url);
  if (response.body === null) throw new Error(`${url} answered without a body.`);
  const total = Number(response.headers.get('content-length')) || undefined;
  let done = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      report(done, total);
      next(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), counter, createWriteStream(file));
}

async function get(url: string): Promise<Response> {
  // HTTPS_PROXY and NO_PROXY are honoured, as many of the machines this runs on reach the internet only so.
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: CONNECT_TIMEOUT_MS }, bodyTimeout: IDLE_TIMEOUT_MS });
  let response: Response;
  try {
    response = await fetch(url, { dispatcher });
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined;
    throw new Error(`${new URL(url).host} could not be reached: ${cause?.message || (error as Error).message}`);
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response;
}
