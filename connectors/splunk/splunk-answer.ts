import { FatalError, type HttpResponse, type JsonObject, UnknownOutcomeError } from '@castellan/sdk';
import { z } from 'zod';

/** What HEC answers, good or bad: https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector */
const hecAnswer = z.object({ text: z.string(), code: z.int() });

/** Statuses with which HEC refuses for good; 503 (busy, queues full) and 500 are left to the client. */
export const refusals = [400, 401, 403];

/** Codes that say that the token is at fault. */
const tokenCodes = new Set([1, 2, 3, 4]);

const remedies: Record<number, string> = {
  1: 'The token is disabled. Enable it in Splunk under Settings → Data inputs → HTTP Event Collector.',
  2: 'Enter the HEC token on the Connections page.',
  3: 'Enter the HEC token on the Connections page.',
  4: 'Splunk does not know this token. Enter another on the Connections page.',
  5: 'The event is empty.',
  6: 'Splunk cannot read the event.',
  7: 'The token may not write to this index. Choose one that it may, or allow the index in the token’s settings.',
  10: 'This token acknowledges events: enter a channel (any UUID) on the Connections page.',
  11: 'The channel must be a UUID. Correct it on the Connections page.',
  12: 'Give the event.',
  13: 'The event is blank.',
  14: 'Indexer acknowledgement is off for this token.',
  15: 'The indexed fields must be flat: texts, numbers, or lists of texts.',
  16: 'Splunk reads no token from the address.',
};

/** The code of an answer, if it is HEC that answered. */
export function hecCode({ body }: HttpResponse): number | undefined {
  return hecAnswer.safeParse(body).data?.code;
}

/** The body of a call that HEC took (`code` 0). Rejects its refusals with what to do about them. */
export function taken(response: HttpResponse): JsonObject {
  const { status, body } = response;
  const answer = hecAnswer.safeParse(body).data;
  if (status === 200 && answer?.code === 0) return body as JsonObject;
  if (!answer) {
    const words = `Splunk’s answer (${status}) is not that of an HTTP Event Collector. Check the address and its port.`;
    if (status === 200) throw new UnknownOutcomeError(words, { status });
    throw new FatalError(words, { status, code: status === 401 ? 'E_AUTH' : 'E_HTTP' });
  }
  const { code, text } = answer;
  throw new FatalError(`Splunk refused (code ${code}): ${text}. ${remedies[code] ?? ''}`.trim(), {
    status,
    code: tokenCodes.has(code) ? 'E_AUTH' : 'E_HTTP',
    vendorMessage: text,
    details: { code, text },
  });
}
