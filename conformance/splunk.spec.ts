import { Logger } from 'splunk-logging';
import { judge } from './judge.js';
import type { Sent } from './wire.js';

const time = 1768206600.5;
const place = {
  sourcetype: 'castellan:run',
  source: 'castellan',
  host: 'castellan.example',
  index: 'security',
};
const revoked = { action: 'access_revoked', user: 'jane.doe@example.com' };
const granted = { action: 'access_granted', user: 'tom.fischer@example.com' };

/** Events stand one after the other, with or without a line end between; a time may be a number or its text. */
function withEvents({ host, method, path, query, body }: Sent): object {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const events = JSON.parse(`[${text.replace(/\}\s*\{"/g, '},{"')}]`) as { time: unknown }[];
  return { host, method, path, query, events: events.map((event) => ({ ...event, time: Number(event.time) })) };
}

interface Answer {
  code: number;
  ackId?: number;
}

judge({
  connector: 'splunk',
  sdk: 'splunk-logging',
  client: (wire, { hecToken, hecUrl, channel }) => {
    const logger = new Logger({
      token: String(hecToken),
      url: `${wire.origin}/services/collector/event`,
      maxBatchCount: 0,
    });
    logger.requestOptions.headers = {
      'x-castellan-origin': new URL(String(hecUrl)).origin,
      'x-splunk-request-channel': String(channel),
    };
    logger.eventFormatter = (message) => message;
    return (messages: object[]) =>
      new Promise<Answer>((resolve, reject) => {
        for (const message of messages) logger.send({ message, metadata: { ...place, time } });
        logger.flush((error, _, body) => (error ? reject(error) : resolve(body as Answer)));
      });
  },
  headers: ['authorization', 'x-splunk-request-channel'],
  plain: withEvents,
  cases: {
    sendEvent: {
      input: { ...place, time, event: revoked },
      sdk: async (send) => expectTaken(await send([revoked])),
    },
    sendEvents: {
      input: { ...place, events: [revoked, granted].map((event) => ({ event, time })) },
      sdk: async (send) => expectTaken(await send([revoked, granted])),
    },
  },
});

function expectTaken({ code, ackId }: Answer): void {
  if (code !== 0 || ackId === undefined) throw new Error('The SDK was not told that its events were taken.');
}
