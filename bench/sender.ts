import { Pool } from 'undici';

export interface Sender {
  /** Delivers JSON; answers the status and the body as text. */
  post(body: unknown): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

/** Sends deliveries to one address over connections that are kept. */
export function senderTo(url: string): Sender {
  const address = new URL(url);
  const server = new Pool(address.origin, { connections: 256 });
  return {
    post: async (body) => {
      const answer = await server.request({
        path: address.pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    stop: () => server.close(),
  };
}
