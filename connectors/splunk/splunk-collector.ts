import { type HttpClient, type HttpResponse, type JsonObject, operation, path, RetryableError } from '@castellan/sdk';
import { z } from 'zod';
import { healthy, hecCode, hecDocs, refusals, taken } from './splunk-answer.js';

const ackAnswer = z.object({ acks: z.record(z.string(), z.boolean()) });

const ackId = z.int().min(0).meta({ title: 'Acknowledgement id' }).describe('The ackId of what was sent.');

const ackRequest = (id: number) => ({
  method: 'POST' as const,
  path: path`/services/collector/ack`,
  body: { acks: [id] },
  accept: refusals,
});

function isIndexed(response: HttpResponse, id: number): boolean {
  const { acks } = ackAnswer.safeParse(response.body).data ?? {};
  if (acks) return acks[String(id)] === true;
  taken(response, 'read');
  return false;
}

/** A quarter of an hour, in looks of ten seconds and more as Splunk asks for. A step may say otherwise. */
const looks = { attempts: 40, firstSeconds: 10, factor: 1.2, maxSeconds: 30 };

/** What the collector says of itself, with a token or without. */
export async function healthOf(http: HttpClient) {
  const response = await http.send({
    method: 'GET',
    path: path`/services/collector/health`,
    accept: [...refusals, 503],
  });
  return { response, code: hecCode(response) };
}

const health = z.object({ healthy: z.boolean(), code: z.int(), text: z.string() });

export const splunkCollector = {
  awaitAcknowledgement: operation({
    title: 'Wait for acknowledgement',
    docs: hecDocs,
    summary: 'Goes on when what was sent is indexed. Needs a token with indexer acknowledgement.',
    input: z.strictObject({ ackId }),
    output: z.object({ indexed: z.literal(true) }),
    effect: 'read',
    retry: looks,
    async run(input, { http }) {
      if (isIndexed(await http.send(ackRequest(input.ackId)), input.ackId)) return { indexed: true as const };
      throw new RetryableError('Splunk has not indexed it yet, or said once before that it had.', {
        code: 'E_TIMEOUT',
      });
    },
    sample: { input: { ackId: 0 }, output: { indexed: true } },
  }),

  getAcknowledgement: operation({
    title: 'Look up acknowledgement',
    docs: hecDocs,
    summary: 'Whether an event is indexed. Splunk says so once, and then forgets it.',
    input: z.strictObject({ ackId }),
    output: z.object({ indexed: z.boolean() }),
    effect: 'read',
    request: (input) => ackRequest(input.ackId),
    response: (response, input) => ({ indexed: isIndexed(response, input.ackId) }),
    sample: { input: { ackId: 0 }, output: { indexed: true } },
  }),

  getHealth: operation({
    title: 'Look at the collector’s health',
    docs: hecDocs,
    summary: 'Whether the HTTP Event Collector takes events: its queues and its acknowledgement service.',
    input: z.strictObject({}),
    output: health,
    effect: 'read',
    async run(_, { http }) {
      const { response, code } = await healthOf(http);
      const { status, body } = response;
      if (code === undefined && status === 503) throw new RetryableError('Splunk failed (503).', { status });
      if (code === undefined || (status !== 200 && status !== 503)) taken(response, 'read');
      return { healthy: code === healthy, code: code!, text: String((body as JsonObject).text) };
    },
    sample: { input: {}, output: { healthy: true, code: healthy, text: 'HEC is healthy' } },
  }),
};
