import type { JsonObject } from '@castellan/sdk';
import { z } from 'zod';

/** What a message says. All of it is shown as it is: nothing in a text becomes a link or a mention. */
export const cardFields = {
  title: z.string().min(1).max(300).optional().meta({ title: 'Title' }),
  text: z.string().min(1).meta({ title: 'Text', multiline: true }).describe('Each line is a paragraph.'),
  tone: z
    .enum(['default', 'good', 'warning', 'attention'])
    .default('default')
    .meta({ title: 'Tone' })
    .describe('The colour of the title’s background.'),
  facts: z
    .array(z.strictObject({ name: z.string().min(1), value: z.string() }))
    .max(50)
    .optional()
    .meta({ title: 'Facts' })
    .describe('Lines of a name and a value.'),
  buttons: z
    .array(z.strictObject({ title: z.string().min(1).max(80), url: z.url().max(2_000) }))
    .max(6)
    .optional()
    .meta({ title: 'Buttons' })
    .describe('Each opens an address.'),
};
const card = z.object(cardFields);

const run = (text: string, style: JsonObject = {}): JsonObject => ({ type: 'TextRun', text, ...style });
const line = (...inlines: JsonObject[]): JsonObject => ({ type: 'RichTextBlock', inlines });

/** An Adaptive Card of runs of text, in which Teams reads no Markdown. */
export function cardOf({ title, text, tone, facts = [], buttons = [] }: z.output<typeof card>): JsonObject {
  const heading = title
    ? [
        {
          type: 'Container',
          style: tone,
          bleed: true,
          items: [line(run(title, { weight: 'Bolder', size: 'Medium' }))],
        },
      ]
    : [];
  const paragraphs = text.split(/\r?\n/).map((paragraph) => line(run(paragraph === '' ? ' ' : paragraph)));
  const listed = facts.map(({ name, value }) => line(run(`${name}: `, { weight: 'Bolder' }), run(value || '–')));
  return {
    $schema: 'https://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
    msteams: { width: 'Full' },
    body: [...heading, ...paragraphs, ...listed],
    actions: buttons.map((button) => ({ type: 'Action.OpenUrl', ...button })),
  };
}
