import {
  addedFunctions,
  builtinFunctions,
  type Example,
  type FunctionDoc,
  functionTopics,
  type HelperDoc,
  signatureOf,
  templateHelpers,
} from '@castellan/flow';
import { limits } from '../src/expressions/host/limits.js';

/** The text of docs/expressions.md. What can be taken from the tables and limits is taken from there. */
export function expressionsPage(): string {
  return `${[opening, values, errors, added(), builtins(), templates(), targets, purity, limitsText()].join('\n\n')}\n`;
}

const opening = `# Expressions and templates

<!-- Made from the table of functions by \`npx vitest run --project unit documented-examples -u\`; a test holds it up to date. -->

A value in a flow is data, a JSONata expression (\`{ "jsonata": "…" }\`) or a Handlebars template (\`{ "handlebars": "…" }\`).
JSONata is for values of every type, Handlebars for text. The language itself is told at <https://docs.jsonata.org>; here is
what flows can call, with an example of each. A test evaluates every example in the expression host, with
2026-11-21T10:00:00Z for now.`;

const values = `## What they see

\`trigger\`, \`steps.<id>.output\`, \`steps.<id>.error\`, \`vars\`, \`run\`, and inside a loop \`item\`, \`index\` and
\`loops.<id>.item\`. Never credentials, never the environment. While you write, the editor offers what there is, with its
type, by the schemas of operations and by the last run, and shows what the expression gives on it.`;

const errors = `## What is wrong is told early

An expression that does not parse, a step that does not come before, and a function or helper that does not exist are
problems of the draft, with their place and a remedy, and such a draft is not published. \`POST expressions/evaluate\`
answers \`{ ok, value, type, shape, milliseconds }\` or \`{ ok: false, error: { code, message, pointer, position, length, line,
column }, milliseconds }\`: positions count characters from 0, lines and columns from 1.`;

function added(): string {
  return ['## Functions that Castellan adds', ...byTopic(addedFunctions, full)].join('\n\n');
}

function builtins(): string {
  const rows = (functions: FunctionDoc[]) =>
    [
      '| Function | What it gives | Example | Result |',
      '|---|---|---|---|',
      ...functions.map((one) => {
        const about = one.about ? `${one.brief}. ${one.about}` : one.brief;
        return `| ${code(signatureOf(one))} | ${cell(about)} | ${code(one.example.source)} | ${code(json(one.example.gives))} |`;
      }),
    ].join('\n');
  return [
    "## JSONata's own functions",
    'All but `$eval`, since data is never run as an expression.',
    ...byTopic(builtinFunctions, rows),
  ].join('\n\n');
}

function byTopic(functions: readonly FunctionDoc[], write: (functions: FunctionDoc[]) => string): string[] {
  return functionTopics.flatMap((topic) => {
    const ofTopic = functions.filter((one) => one.topic === topic);
    return ofTopic.length === 0 ? [] : [`### ${topic}`, write(ofTopic)];
  });
}

function full(functions: FunctionDoc[]): string {
  return functions
    .map((one) => {
      const { brief, about, example } = one;
      const sentences = `${brief.charAt(0).toUpperCase()}${brief.slice(1)}.${about ? ` ${about}` : ''}`;
      return `**\`${signatureOf(one)}\`**\n${sentences}\n\n${block(example)}`;
    })
    .join('\n\n');
}

function templates(): string {
  return [
    '## Handlebars',
    'Values are read by `{{path.to.it}}`; lists and objects are written as JSON. There are no partials, no decorators and no other helpers than these:',
    [
      '| Helper | What it does | Example | Result |',
      '|---|---|---|---|',
      ...templateHelpers.map(({ usage, brief, example }: HelperDoc) => {
        return `| ${code(usage)} | ${cell(brief)} | ${code(example.source)} | ${code(example.gives)} |`;
      }),
    ].join('\n'),
  ].join('\n\n');
}

const targets = `## What a text is written for

A field of an operation says what its text is for, and \`{{ }}\` writes values so that they stay values there:

| For | How a value is written |
|---|---|
| html | & < > " ' \\\` = as references, in text and in attributes between quotes. A value for \`href\` or a script is not made harmless by that. |
| mrkdwn (Slack) | & < > as references: no mention, no call of a channel, no link under another name |
| url | percent-encoded; as a whole part of the path it is refused when it is empty, \`.\` or \`..\` |
| json | between quotes as a part of that text, elsewhere as a JSON value: \`{"name": {{name}}, "note": "by {{name}}"}\` |
| header | control characters become a blank, so that no second header begins |
| sql | nothing: a statement is written out, and a value for it is a parameter; publishing refuses an expression there |
| csv | a cell with a separator, a quote or a line end stands between quotes; a value that begins a cell as a formula would (= + - @) gets an apostrophe, plain numbers do not |
| plain | as it is |

\`{{{ }}}\` writes a value as it is, and only html, mrkdwn and plain allow it.`;

const purity = `## The same again

An expression gives the same for the same data: it cannot read the clock but by \`$now()\` and \`$millis()\`, which are one
instant for a whole evaluation, and what it gave is kept with its step, so that a repeat after a crash, a retry and a
rehearsal read the kept value. \`$random()\` and \`$shuffle()\` are by chance when they are evaluated, and then kept.
Zones are those of the IANA database, such as Europe/Zurich. Where clocks change, each function says what it does; \`$localTime\`
tells whether a local time is skipped or comes twice. Patterns are matched in a time that grows with the text alone, so there
are no look-arounds and no back-references in them.`;

function limitsText(): string {
  const rows = [
    ['an expression', `${limits.sourceLength / 1024} KiB`, 'E_LIMIT'],
    ['a template', `${limits.templateLength / 1024} KiB`, 'E_TEMPLATE_LIMIT'],
    ['time of an evaluation', '1 s', 'E_EXPR_TIME'],
    ['a result', `${limits.outputBytes / 1024 / 1024} MiB, ${limits.depth} levels`, 'E_OUTPUT_TOO_LARGE'],
    ['a list that is made', `${limits.jsonataSequence.toLocaleString('en')} items`, 'E_LIMIT'],
    ['memory', '128 MB', 'E_EXPR_MEMORY'],
  ];
  return [
    '## Limits',
    ['| What | At most | Past it |', '|---|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'),
  ].join('\n\n');
}

function block({ source, data, gives }: Example): string {
  const seen = data ? `/* on ${json(data)} */\n` : '';
  return `\`\`\`\n${seen}${source}\n→ ${json(gives)}\n\`\`\``;
}

const json = (value: unknown): string => JSON.stringify(value);
const cell = (text: string): string => text.replaceAll('|', '\\|');
/** Code in a cell of a table, which ends at a bar. */
const code = (text: string): string => `\`${cell(text).replaceAll('\n', ' ')}\``;
