import type { JsonObject } from '@castellan/sdk';
import { defineSimulator } from '@castellan/sdk/simulator';
import description from './fixtures/outgoing-webhook.openapi.json' with { type: 'json' };

interface ReceiverState {
  webhooks: { id: string; at: string; type: string; data: JsonObject }[];
}

/** A receiver as the standard asks for it: the same id is taken once, and answered alike each time. */
export const outgoingWebhookSimulator = defineSimulator<ReceiverState>({
  connector: 'outgoing-webhook',
  title: 'Receiver of webhooks',
  apis: [
    {
      description,
      rules: {
        receive({ webhooks }, { body, headers, now }) {
          const id = headers['webhook-id']!;
          const { type, data } = body as { type: string; data: JsonObject };
          if (!webhooks.some((known) => known.id === id)) webhooks.push({ id, at: now.toISOString(), type, data });
          return { status: 204 };
        },
      },
    },
  ],
  seed: () => ({ webhooks: [] }),
  view: ({ webhooks }) => ({
    tables: [
      {
        title: 'Webhooks',
        columns: [
          { key: 'at', title: 'At' },
          { key: 'type', title: 'Type' },
          { key: 'data', title: 'Data' },
          { key: 'id', title: 'Id' },
        ],
        rows: webhooks.map(({ id, at, type, data }) => ({ id, at, type, data: JSON.stringify(data) })),
      },
    ],
  }),
});
