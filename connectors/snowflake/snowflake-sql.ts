import { type InputProblem, type JsonObject, text } from '@castellan/sdk';
import { z } from 'zod';

export const statementField = text('sql', { multiline: true })
  .min(1)
  .meta({ title: 'Statement', text: 'sql', multiline: true })
  .describe('One SQL statement. Put ? where a value belongs, and give the values as parameters: nothing is pasted in.');

export const parametersField = z
  .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .default([])
  .meta({ title: 'Parameters' })
  .describe('A value for each ?, in their order. Give an instant as a text, and write ?::TIMESTAMP_TZ.');

type Parameter = z.output<typeof parametersField>[number];

/** Parameters as Snowflake binds them: typed, never a part of the statement. */
export function bindingsOf(parameters: Parameter[]): JsonObject {
  return Object.fromEntries(parameters.map((value, index) => [String(index + 1), bindingOf(value)]));
}

function bindingOf(value: Parameter): JsonObject {
  if (value === null) return { type: 'TEXT', value: null };
  if (typeof value === 'boolean') return { type: 'BOOLEAN', value: String(value) };
  if (typeof value === 'string') return { type: 'TEXT', value };
  return { type: Number.isSafeInteger(value) ? 'FIXED' : 'REAL', value: String(value) };
}

/** The statement without comments and without what stands in quotes. */
function bareSql(statement: string): string {
  const quoted = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return statement.replace(quoted, (part) =>
    part.startsWith("'") || part.startsWith('"') || part.startsWith('$$') ? '~' : ' ',
  );
}

/** A ? without a value, a value without a ?, or more than one statement. */
export function statementProblems(input: { statement: string; parameters: Parameter[] }): InputProblem[] {
  const sql = bareSql(input.statement);
  const places = sql.split('?').length - 1;
  const given = input.parameters.length;
  return [
    ...(places === given
      ? []
      : [{ pointer: '/parameters', message: `The statement has ${places} × ?, and ${given} parameters are given.` }]),
    ...(/;\s*\S/.test(sql)
      ? [{ pointer: '/statement', message: 'Give one statement; others are steps of their own.' }]
      : []),
  ];
}

/** Words with which a statement begins that only reads. */
const reading = /^\s*\(*\s*(?:select|with|show|describe|desc|explain)\b/i;

/** What would make a step that reads change something. */
export function readingProblems(input: { statement: string; parameters: Parameter[] }): InputProblem[] {
  const sql = bareSql(input.statement);
  const message =
    'A query only reads: begin it with SELECT, WITH, SHOW, DESCRIBE or EXPLAIN, without ->> and SYSTEM$ functions. For all else there is “Run a statement”.';
  const changes = !reading.test(sql) || sql.includes('->>') || /\bsystem\$/i.test(sql);
  return [...statementProblems(input), ...(changes ? [{ pointer: '/statement', message }] : [])];
}
