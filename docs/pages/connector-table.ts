import { effectWords, judgeWords, repeatWords } from '@castellan/api';
import type { ConnectorEntry } from '@castellan/sdk';
import { madeNotice } from './connector-page.js';
import { anchor, link, paragraphs, table } from './markdown.js';

/** The page of all connectors: each operation with what it does and who says that it is right. */
export function connectorTable(connectors: ConnectorEntry[]): string {
  const meanings = (words: Record<string, { title: string; meaning: string }>) =>
    Object.values(words).map(({ title, meaning }) => `- **${title}**: ${meaning}`);
  return `${paragraphs(
    madeNotice,
    '# Connectors',
    'What each operation does, what a repeat of it does, how it is taken back, and who judges its request.',
    table(
      ['Connector', 'Id', 'Operations', 'Triggers'],
      connectors.map(({ id, title, operations, triggers }) => [
        link(title, `connectors/${id}.md`),
        `\`${id}\``,
        String(operations.length),
        triggers.map((trigger) => trigger.title).join(', '),
      ]),
    ),
    '## Operations',
    table(
      ['Connector', 'Operation', 'Effect', 'A repeat is', 'Taken back by', 'Judged by', 'Source'],
      connectors.flatMap(({ id, title, operations }) =>
        operations.map((operation) => [
          title,
          link(operation.title, `connectors/${id}.md${anchor(operation.title)}`),
          effectWords[operation.effect].title,
          repeatWords[operation.idempotency].title,
          operations.find((other) => other.id === operation.undo)?.title ?? '',
          judgeWords[operation.judgedBy].title,
          link('vendor', operation.docs),
        ]),
      ),
    ),
    '## Words',
    meanings(effectWords).join('\n'),
    meanings(repeatWords).join('\n'),
    meanings(judgeWords).join('\n'),
    'Official SDKs are run against the simulators and our requests by `npm test` in `conformance/`.',
  )}\n`;
}
