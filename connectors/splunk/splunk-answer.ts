import { FatalError, type HttpResponse, type JsonObject, UnknownOutcomeError } from '@castellan/sdk';
import { z } from 'zod';

export const hecDocs =
  'https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/http-event-collector-rest-api-endpoints';

/** What HEC answers, good or bad: https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/troubleshoot-http-event-collector */
const hecAnswer = z.object({ text: z.string(), code: z.int(), 'invalid-event-number': z.int().optional() });

/** Statuses with which HEC refuses for good; 503 (busy, queues full, shutting down) and 500 are left to the client. */
export const refusals = [400, 401, 403];

/** Codes that say that the token is at fault. */
const tokenCodes = new Set([1, 2, 3, 4, 21, 22]);

const enable = 'Enable it in Splunk under Settings → Data inputs → HTTP Event Collector.';
const another = 'Splunk does not know this token. Enter another on the Connections page.';

const remedies: Record<number, string> = {
  1: `The token is disabled. ${enable}`,
  2: 'Enter the HEC token on the Connections page.',
  3: 'Enter the HEC token on the Connections page.',
  4: another,
  5: 'The event is empty.',
  6: 'Splunk cannot read the event.',
  7: 'The token may not write to this index. Choose one that it may, or allow the index in the token’s settings.',
  10: 'This token acknowledges events: enter a channel (any UUID) on the Connections page.',
  11: 'The channel must be a UUID. Correct it on the Connections page.',
  12: 'Give the event.',
  13: 'The event is blank.',
  14: 'Indexer acknowledgement is off for this token. Switch it on in the token’s settings, or do not wait for it.',
  15: 'The indexed fields must be flat: texts, numbers, or lists of texts.',
  16: 'Splunk reads no token from the address.',
  21: another,
  22: `The token is disabled. ${enable}`,
};

/** What the codes of HEC’s health say. */
export const healthy = 17;

/** The code of an answer, if it is HEC that answered. */
export function hecCode({ body }: HttpResponse): number | undefined {
  return hecAnswer.safeParse(body).data?.code;
}

/** The body of a call that HEC took (`code` 0). Rejects its refusals with what to do about them. */
export function taken(response: HttpResponse, effect: 'read' | 'write' = 'write'): JsonObject {
  const { status, body } = response;
  const answer = hecAnswer.safeParse(body).data;
  if (status === 200 && answer?.code === 0) return body as JsonObject;
  if (!answer) {
    const words = `Splunk’s answer (${status}) is not that of an HTTP Event Collector. Check the address and its port.`;
    if (status === 200 && effect === 'write') throw new UnknownOutcomeError(words, { status });
    throw new FatalError(words, { status, code: status === 401 ? 'E_AUTH' : 'E_HTTP' });
  }
  const { code, text, 'invalid-event-number': number } = answer;
  const place = number === undefined ? '' : ` at event ${number + 1}`;
  const said = `Splunk refused${place} (code ${code}): ${text}. ${remedies[code] ?? ''}`.trim();
  const more = { status, vendorMessage: text, details: { code, text, ...(number === undefined ? {} : { number }) } };
  // It reads a batch event by event, and does not say what became of those before the one that it refuses.
  if (number) throw new UnknownOutcomeError(`${said} The ${number} before it may have been taken.`, more);
  throw new FatalError(said, { ...more, code: tokenCodes.has(code) ? 'E_AUTH' : 'E_HTTP' });
}
