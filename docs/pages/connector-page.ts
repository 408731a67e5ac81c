import { changeWords, effectWords, judgeWords, repeatWords, schemaFields } from '@castellan/api';
import type { AuthEntry, ConnectorEntry, OperationEntry, TriggerEntry } from '@castellan/sdk';
import { anchor, json, link, paragraphs, table } from './markdown.js';

/** Says that nobody edits these files. */
export const madeNotice =
  '<!-- Made from the connectors by `npm run connector-docs`. Change the definitions instead. -->';

/** The page of one connector. */
export function connectorPage(connector: ConnectorEntry): string {
  const { title, docs, auth, triggers, operations } = connector;
  return `${paragraphs(
    madeNotice,
    `# ${title}`,
    auth.length > 0
      ? `${link('The vendor’s documentation', docs)} · ${link('all connectors', '../connectors.md')}`
      : link('All connectors', '../connectors.md'),
    '## Connection',
    auth.length === 0 && 'It calls nobody and takes no connection.',
    ...auth.map(authPart),
    triggers.length > 0 && '## Triggers',
    ...setups(triggers),
    ...triggers.map(triggerPart),
    connector.schemes.length > 0 && '## Signed webhooks',
    ...connector.schemes.map((scheme) => paragraphs(`### ${scheme.title}`, scheme.setup)),
    operations.length > 0 && '## Operations',
    operations.length > 0 && operationTable(operations),
    ...operations.map((operation) => operationPart(operation, connector)),
  )}\n`;
}

function authPart({ title, fields, consent }: AuthEntry): string {
  const rows = schemaFields(fields).map((field) => [
    field.title ?? field.path,
    field.required ? 'yes' : 'no',
    field.secret ? 'yes' : 'no',
    describe(field),
  ]);
  return paragraphs(
    `### ${title}`,
    consent && 'After it is stored, a person agrees at the vendor’s page.',
    rows.length > 0 ? table(['Field', 'Needed', 'Secret', 'What it is and where it is found'], rows) : 'No fields.',
  );
}

/** Triggers of one connection listen at one address, so their set-up is told once. */
function setups(triggers: TriggerEntry[]): string[] {
  return [...new Set(triggers.flatMap(({ setup }) => setup ?? []))];
}

function triggerPart(trigger: TriggerEntry): string {
  const { id, title, docs, summary, poll, vendorId, answers, answerSample, payload, sample } = trigger;
  return paragraphs(
    `### ${title}`,
    [`\`${id}\``, vendorId && `the vendor’s \`${vendorId}\``, link('the vendor’s page', docs)]
      .filter(Boolean)
      .join(' · '),
    summary,
    poll && `Read from the system every ${poll.everySeconds} seconds, unless a flow says otherwise.`,
    fieldTable(payload, ['Field', 'Type', 'What it is'], false),
    json(sample),
    answers && 'The vendor waits for an answer:',
    answers && fieldTable(answers, ['Field', 'Type', 'What it is'], false),
    answerSample !== undefined && json(answerSample),
  );
}

function operationTable(operations: OperationEntry[]): string {
  return table(
    ['Operation', 'Effect', 'A repeat is', 'Taken back by', 'Judged by'],
    operations.map((operation) => [
      link(operation.title, anchor(operation.title)),
      effectWords[operation.effect].title,
      repeatWords[operation.idempotency].title,
      titleOf(operation.undo, operations),
      judgeWords[operation.judgedBy].title,
    ]),
  );
}

function operationPart(operation: OperationEntry, { operations }: ConnectorEntry): string {
  const { id, title, docs, summary, effect, idempotency, judgedBy, changes, undo, sample } = operation;
  const choices = Object.entries(operation.options).map(
    ([pointer, source]) => `- \`${pointer.slice(1).replaceAll('/', '.')}\`: from ${titleOf(source, operations)}`,
  );
  const facts = [
    ['Effect', `${effectWords[effect].title}. ${effectWords[effect].meaning}`],
    ['Repeat', `${repeatWords[idempotency].title}. ${repeatWords[idempotency].meaning}`],
    ...(changes.length > 0 ? [['Changes', changes.map(changeWords).join('; ')]] : []),
    ...(operation.readsBefore ? [['State before', 'Read first, for plan, evidence and undo.']] : []),
    ...(operation.withoutBefore ? [['State before', `Not read: ${operation.withoutBefore}`]] : []),
    ...(undo ? [['Taken back by', titleOf(undo, operations)]] : []),
    ['Judged by', `${judgeWords[judgedBy].title}. ${judgeWords[judgedBy].meaning}`],
  ];
  return paragraphs(
    `### ${title}`,
    `\`${id}\` · ${link('the vendor’s page', docs)}`,
    summary,
    table(['', ''], facts),
    '**Input**',
    fieldTable(operation.input, ['Field', 'Type', 'Needed', 'What it is'], true) ?? 'None.',
    choices.length > 0 && `Choices are offered for:\n\n${choices.join('\n')}`,
    '**Output**',
    fieldTable(operation.output, ['Field', 'Type', 'What it is'], false),
    '**Sample**',
    json(sample.input),
    json(sample.output),
  );
}

function fieldTable(schema: object, head: string[], withNeeded: boolean): string | undefined {
  const rows = schemaFields(schema as Record<string, unknown>).map((field) => [
    `\`${field.path}\``,
    field.type,
    ...(withNeeded ? [field.required ? 'yes' : 'no'] : []),
    withNeeded ? describe(field) : (field.description ?? ''),
  ]);
  return rows.length > 0 ? table(head, rows) : undefined;
}

function describe(field: { title?: string; description?: string; default?: unknown }): string {
  const { title, description, default: usual } = field;
  const text = description ?? title ?? '';
  return usual === undefined ? text : `${text} Default: \`${JSON.stringify(usual)}\`.`.trim();
}

function titleOf(id: string | undefined, operations: OperationEntry[]): string {
  const found = operations.find((operation) => operation.id === id);
  return found ? link(found.title, anchor(found.title)) : '';
}
