import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An address where somebody listens and lets nobody in: attempts to connect are not even refused. */
export interface ClosedDoor {
  /** `host:port`, for EGRESS_ALLOW. */
  address: string;
  close(): void;
}

const listen = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  process.stdout.write(String(this.address().port));
})`;
/** More than may wait before such a door; the rest of them never gets in. */
const callers = 8;

/** Opens one: a process that stands still, with a full queue of callers. */
export async function closedDoor(): Promise<ClosedDoor> {
  const doorman = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [port] = (await once(doorman.stdout, 'data')) as [Buffer];
  doorman.kill('SIGSTOP');
  const address = { host: '127.0.0.1', port: Number(port) };
  const queue: Socket[] = Array.from({ length: callers }, () => connect(address).on('error', () => undefined));
  await Promise.race(queue.map((socket) => once(socket, 'connect')));
  return {
    address: `${address.host}:${address.port}`,
    close: () => {
      for (const socket of queue) socket.destroy();
      doorman.kill('SIGKILL');
    },
  };
}
