import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const lookEachMs = 250;

/**
 * Makes a server end in time: once asked, connections end as soon as they have been answered. Node by itself waits for
 * those that are kept alive, as long as their sender goes on or just stays, and for those that never ask anything.
 * @returns what starts it
 */
export function drainable(server: Server): () => void {
  const underWay = new Map<Socket, number>();
  server.on('connection', (socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1;
      if (underWay.has(socket)) underWay.set(socket, left);
    });
  });
  const endAnswered = (): void => {
    for (const [socket, requests] of underWay) if (requests === 0) socket.destroySoon();
  };
  return () => {
    endAnswered();
    setInterval(endAnswered, lookEachMs).unref();
  };
}
