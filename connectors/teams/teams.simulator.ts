import type { JsonObject, JsonValue } from '@castellan/sdk';
import { defineSimulator, type SimulatorView } from '@castellan/sdk/simulator';
import description from './fixtures/teams.openapi.json' with { type: 'json' };

interface TeamsState {
  messages: { at: string; card: JsonObject }[];
}

/** A workflow that posts whatever it is given to one channel. */
export const teamsSimulator = defineSimulator<TeamsState>({
  connector: 'teams',
  title: 'Microsoft Teams',
  apis: [
    {
      description,
      error: (status, message) => ({
        error: { code: status === 404 ? 'WorkflowNotFound' : 'InvalidRequest', message },
      }),
      rules: {
        invoke(state, { body, now }) {
          const { attachments } = body as { attachments: { content: JsonObject }[] };
          for (const { content } of attachments) state.messages.push({ at: now.toISOString(), card: content });
          return { status: 202 };
        },
      },
    },
  ],
  seed: () => ({ messages: [] }),
  view,
});

function view({ messages }: TeamsState): SimulatorView {
  const shown = messages.map(({ at, card }) => ({ at, from: 'Workflows', text: textsOf(card).join('\n') }));
  return { tables: [], channels: [{ name: 'Channel of the workflow', messages: shown }] };
}

/** The texts of a card in their order; those of one line stand together. */
function textsOf(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== 'object') return [];
  if (value.type === 'RichTextBlock') return [textsOf(value.inlines).join('')];
  if (typeof value.text === 'string') return [value.text];
  if (value.type === 'Action.OpenUrl') return [`[${String(value.title)}](${String(value.url)})`];
  return [...textsOf(value.items), ...textsOf(value.body), ...textsOf(value.actions)];
}
