import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
const PayloadMessage = proto.temporal.api.common.v1.Payload;
const plain = { longs: String, enums: String, bytes: String };
const jsonEncoding = Buffer.from('json/plain').toString('base64');

/** A workflow's history as `server/test/histories` keeps it: events as JSON, and payloads of JSON as their values. */
export interface RecordedHistory {
  events: Record<string, unknown>[];
}

/** A history as Temporal gives it, without our encryption and without what says which process and machine made it. */
export async function toRecord(
  history: proto.temporal.api.history.v1.IHistory,
  codec: PayloadCodec,
): Promise<RecordedHistory> {
  const open = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(open));
    if (typeof value === 'string') return withoutProcess(value);
    if (typeof value !== 'object' || value === null) return value;
    if (isPayload(value)) {
      const [payload] = await codec.decode([PayloadMessage.fromObject(value)]);
      return readable(payload ?? {});
    }
    const entries = Object.entries(value).map(async ([key, part]) => [key, await open(part)]);
    return Object.fromEntries(await Promise.all(entries));
  };
  return (await open(History.toObject(History.fromObject(history), plain))) as RecordedHistory;
}

/** The same as the replayer takes it. */
export function fromRecord(record: RecordedHistory): proto.temporal.api.history.v1.IHistory {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    if ('json' in value) {
      const data = Buffer.from(JSON.stringify(value.json)).toString('base64');
      return { metadata: { encoding: jsonEncoding }, data };
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, close(part)]));
  };
  return History.fromObject(close(record) as Record<string, unknown>);
}

const isPayload = (value: object): value is { metadata: object; data: unknown } =>
  'metadata' in value && 'data' in value;

function readable(payload: Payload): unknown {
  const value = PayloadMessage.toObject(PayloadMessage.fromObject(payload), plain);
  // A search attribute says its type, without which it cannot be read.
  if (value.metadata?.encoding !== jsonEncoding || value.metadata.type) return value;
  return { json: JSON.parse(Buffer.from(value.data, 'base64').toString()) };
}

/** Workers and their own queues are named by process and machine, as in `12@machine-queue`. */
const withoutProcess = (text: string): string => text.replace(/\b\d+@[\w.]+/, 'worker');
