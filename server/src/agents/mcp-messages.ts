import { z } from 'zod';

/** Revisions of the Model Context Protocol that this server speaks, the newest first. */
export const protocolVersions = ['2025-11-25', '2025-06-18'] as const;

const id = z.union([z.string(), z.number()]);
const params = z.looseObject({}).optional();

/** A message of JSON-RPC 2.0: a request has an id and is answered, a notification has none, an answer has no method. */
export const Message = z.union([
  z.looseObject({ jsonrpc: z.literal('2.0'), id: id.optional(), method: z.string(), params }),
  z.looseObject({ jsonrpc: z.literal('2.0'), id: id.optional(), method: z.undefined() }),
]);
export type Message = z.infer<typeof Message>;
export type MessageId = z.infer<typeof id>;

export const InitializeParams = z.looseObject({ protocolVersion: z.string() });
export const CallParams = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** A failure of the protocol itself; what a tool has to say goes wrong in its result. */
export class ProtocolError extends Error {
  constructor(
    readonly code: -32600 | -32601 | -32602 | -32603 | -32700,
    message: string,
  ) {
    super(message);
  }
}

export const answered = (id: MessageId, result: object): object => ({ jsonrpc: '2.0', id, result });
export const failed = (id: MessageId | null, { code, message }: Pick<ProtocolError, 'code' | 'message'>): object => ({
  ...{ jsonrpc: '2.0', id, error: { code, message } },
});
