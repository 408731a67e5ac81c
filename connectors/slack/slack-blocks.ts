import { type InputProblem, text } from '@castellan/sdk';
import { z } from 'zod';

/** The blocks that a message may have: https://docs.slack.dev/reference/block-kit/blocks */
const kinds = [
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'markdown',
  'rich_text',
  'section',
  'table',
  'video',
] as const;

const textObject = z.looseObject({ type: z.string(), text: text('mrkdwn') });

const block = z.looseObject({
  type: z.enum(kinds),
  text: z.union([textObject, text('mrkdwn')]).optional(),
  fields: z.array(textObject).max(10).optional(),
  elements: z
    .array(z.looseObject({ type: z.string(), text: z.union([text('mrkdwn'), textObject]).optional() }))
    .optional(),
});
type Block = z.output<typeof block>;

/** Block Kit. Only the places where Slack reads mrkdwn are described, so that values put there are escaped. */
export const messageBlocks = z
  .array(block)
  .min(1)
  .max(50)
  .meta({ title: 'Blocks' })
  .describe('Block Kit blocks, as Slack’s Block Kit Builder makes them. The text is then shown in notifications only.');

/** What Slack would refuse as invalid_blocks without saying where, by block. */
export function checkBlocks({ blocks = [] }: { blocks?: Block[] }): InputProblem[] {
  return blocks.flatMap((item, index) => {
    const problem = problemOf(item);
    return problem ? [{ pointer: `/blocks/${index}`, message: `A ${item.type} block ${problem}.` }] : [];
  });
}

function problemOf({ type, text: own, fields, elements, ...rest }: Block): string | null {
  const words = typeof own === 'string' ? own : (own?.text ?? '');
  const isObject = typeof own === 'object';
  switch (type) {
    case 'section':
      if (!isObject && !fields?.length) return 'needs a text object or fields';
      return words.length > 3_000 ? 'holds at most 3,000 characters of text' : null;
    case 'header':
      if (!isObject || own?.type !== 'plain_text') return 'needs a text object of type plain_text';
      return words.length > 150 ? 'holds at most 150 characters' : null;
    case 'markdown':
      return typeof own === 'string' && own !== '' ? null : 'needs its text, in Markdown';
    case 'context':
      return between(elements, 10);
    case 'actions':
      return between(elements, 25);
    case 'image':
      if (typeof rest.alt_text !== 'string') return 'needs alt_text, for those who do not see it';
      return typeof rest.image_url === 'string' || rest.slack_file ? null : 'needs image_url or slack_file';
    default:
      return null;
  }
}

function between(elements: unknown[] | undefined, most: number): string | null {
  const count = elements?.length ?? 0;
  return count >= 1 && count <= most ? null : `needs 1 to ${most} elements`;
}
