import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of Postgres, Temporal or a vendor, which misbehaves on demand. */
export interface FaultProxy {
  port: number;
  /** Resets every open connection and refuses new ones until `heal`. */
  cut(): void;
  /** Keeps connections open, accepts new ones, and passes nothing on until `heal`: what was sent waits. */
  blackhole(): void;
  /** Holds each chunk back for that long, in both directions. */
  delay(milliseconds: number): void;
  /** Passes everything on again, at once. */
  heal(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free loopback port that leads to `target`. */
export async function startFaultProxy(target: { host: string; port: number }): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let mode: 'pass' | 'cut' | 'blackhole' = 'pass';
  let delayMs = 0;

  const pipe = (from: Socket, to: Socket) => {
    from.on('data', (chunk) => {
      if (delayMs === 0) to.write(chunk);
      else setTimeout(() => to.writable && to.write(chunk), delayMs);
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    if (mode === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
    }
    pipe(client, upstream);
    pipe(upstream, client);
    // After the pipes are laid: a listener for data makes a socket flow.
    if (mode === 'blackhole') for (const socket of [client, upstream]) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));

  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      mode = 'cut';
      for (const socket of sockets) socket.resetAndDestroy();
    },
    blackhole: () => {
      mode = 'blackhole';
      for (const socket of sockets) socket.pause();
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    heal: () => {
      mode = 'pass';
      delayMs = 0;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
