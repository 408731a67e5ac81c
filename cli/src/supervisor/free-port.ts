import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which systems take ports for outgoing connections, so a kept port is rarely taken by one. */
const LOWEST = 20_000;
const HIGHEST = 31_999;

/** Why a server cannot listen there now, as the system's error code (EADDRINUSE, EACCES …); undefined when it can. */
export function findListenProblem(port: number, host = '127.0.0.1'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function isPortFree(port: number): Promise<boolean> {
  return (await findListenProblem(port)) === undefined;
}

/** A free loopback port, `wanted` where that is free, else one drawn at random so that installations stay apart. */
export async function chooseFreePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isPortFree(wanted))) return wanted;
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port found between ${LOWEST} and ${HIGHEST} on 127.0.0.1; stop a program that holds many.`);
}
