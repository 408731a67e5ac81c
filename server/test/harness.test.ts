import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FaultProxy,
  startFaultProxy,
  startOwnPostgres,
  startOwnTemporal,
  startPostgres,
  startTemporal,
} from './harness/index.js';

describe('the harness', () => {
  it('gives each caller an empty database of its own', async () => {
    const [one, other] = await Promise.all([startPostgres(), startPostgres()]);
    await one.query('create table only_here (id int)');
    const seen = await other.query<{ found: string | null }>("select to_regclass('only_here')::text as found");
    expect(seen).toEqual([{ found: null }]);
    expect(one.url).not.toBe(other.url);
  });

  it('gives each caller a namespace of its own', async () => {
    const [one, other] = await Promise.all([startTemporal(), startTemporal()]);
    expect(one.address).toBe(other.address);
    expect(one.namespace).not.toBe(other.namespace);
  });

  it('brings a killed Postgres back on the same port with its data', async () => {
    const postgres = await startOwnPostgres();
    await postgres.query('create table kept as select 7 as value');
    const killed = postgres.pid;
    await postgres.kill9();
    await postgres.restart();
    expect(await postgres.query('select value from kept')).toEqual([{ value: 7 }]);
    expect(postgres.pid).not.toBe(killed);
    await postgres.stop();
  });

  it('brings a killed Temporal back at the same address', async () => {
    const temporal = await startOwnTemporal();
    const address = temporal.address;
    await temporal.kill9();
    await temporal.restart();
    expect(temporal.address).toBe(address);
    await temporal.stop();
  });
});

describe('the fault proxy', () => {
  let proxy: FaultProxy;
  const echo = { host: '127.0.0.1', port: 0 };
  let closeEcho: () => void;

  beforeAll(async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
    echo.port = (server.address() as { port: number }).port;
    closeEcho = () => server.close();
    proxy = await startFaultProxy(echo);
  });

  afterAll(async () => {
    await proxy.close();
    closeEcho();
  });

  it('passes bytes on both ways', async () => {
    expect(await ask(proxy.port, 'hello')).toBe('hello');
  });

  it('resets connections while cut and passes again once healed', async () => {
    proxy.cut();
    expect(await ask(proxy.port, 'hello')).toBe('ECONNRESET');
    proxy.heal();
    expect(await ask(proxy.port, 'hello')).toBe('hello');
  });

  it('holds what was sent into a black hole until healed', async () => {
    proxy.blackhole();
    const answer = ask(proxy.port, 'late');
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(() => resolve('nothing yet'), 200))]);
    proxy.heal();
    expect(first).toBe('nothing yet');
    expect(await answer).toBe('late');
  });
});

/** Sends a word and gives the echo, or the code of the error met. */
function ask(port: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => socket.write(word));
    socket.on('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
