import { definedOnly, FatalError, type JsonObject, operation } from '@castellan/sdk';
import { z } from 'zod';
import { errorWords, fieldOf } from './pagerduty-incidents.js';

/** The Events API is a host of its own; the connection’s integration key is put into the body by its credentials. */
export const eventsOrigin = 'https://events.pagerduty.com';

export const sendEvent = operation({
  title: 'Send an event',
  docs: 'https://developer.pagerduty.com/docs/send-alert-event',
  judgedBy: 'sdk',
  summary: 'Triggers, acknowledges or resolves an alert by the Events API v2. Needs the connection’s integration key.',
  input: z.strictObject({
    action: z.enum(['trigger', 'acknowledge', 'resolve']).meta({ title: 'Action' }),
    dedupKey: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .meta({ title: 'Dedup key' })
      .describe('Names the alert. Default for a trigger: one for each call.'),
    summary: z.string().min(1).max(1024).optional().meta({ title: 'Summary' }),
    severity: z.enum(['critical', 'error', 'warning', 'info']).optional().meta({ title: 'Severity' }),
    source: z.string().min(1).optional().meta({ title: 'Source' }).describe('The system that is affected.'),
    component: z.string().optional().meta({ title: 'Component' }),
    group: z.string().optional().meta({ title: 'Group' }),
    class: z.string().optional().meta({ title: 'Class' }),
    details: z.record(z.string(), z.unknown()).optional().meta({ title: 'Details' }),
    link: z.url().optional().meta({ title: 'Link', text: 'url' }),
  }),
  output: z.object({ status: z.string(), message: z.string().nullable(), dedupKey: z.string() }),
  effect: 'write',
  idempotency: 'key',
  check: ({ action, ...input }) => {
    const needed = action === 'trigger' ? (['summary', 'severity', 'source'] as const) : (['dedupKey'] as const);
    return needed
      .filter((name) => !input[name])
      .map((name) => ({ pointer: `/${name}`, message: `Needed to ${action} an alert.` }));
  },
  changes: ({ action, dedupKey, summary }) => [
    {
      action: action === 'trigger' ? 'create' : 'update',
      object: { type: 'pagerduty_alert', id: dedupKey ?? 'new', ...(summary ? { title: summary } : {}) },
    },
  ],
  request: ({ action, dedupKey, details, link, ...named }, { idempotencyKey }) => {
    const given = definedOnly(named);
    const trigger = {
      payload: { ...given, ...(details ? { custom_details: details as JsonObject } : {}) },
      client: 'Castellan',
      ...(link ? { links: [{ href: link, text: 'Open' }] } : {}),
    };
    return {
      method: 'POST',
      url: `${eventsOrigin}/v2/enqueue`,
      accept: [400],
      body: {
        event_action: action,
        dedup_key: dedupKey ?? `castellan-${idempotencyKey}`,
        ...(action === 'trigger' ? trigger : {}),
      },
    };
  },
  response: (response) => {
    if (response.status === 400) {
      const words = errorWords(response);
      throw new FatalError(
        `PagerDuty took no event (400): ${words}. If the routing key is meant: enter the connection’s integration key on the Connections page.`,
        { status: 400, vendorMessage: words },
      );
    }
    const [status, message, dedupKey] = ['status', 'message', 'dedup_key'].map((name) => fieldOf(response, name));
    return { status, message, dedupKey };
  },
  undo: ({ action }, { dedupKey }) =>
    action === 'trigger' ? { operation: 'sendEvent', input: { action: 'resolve', dedupKey } } : null,
  sample: {
    input: {
      action: 'trigger',
      summary: 'Impossible travel: jane.doe@example.com',
      severity: 'critical',
      source: 'okta',
    },
    output: { status: 'success', message: 'Event processed', dedupKey: 'srv01/HTTP' },
  },
});
