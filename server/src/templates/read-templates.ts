import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Catalog, type Problem, validate } from '@castellan/flow';
import { problemsOfNeeded } from '../tables/needed-tables.service.js';
import { type TemplateFile, templateFileSchema } from './template-file.js';

/** Where the templates are, one file each, named by its id. */
export const templatesFolder = fileURLToPath(new URL('../../../templates/', import.meta.url));

/** A file that is no template that this server could install, with everything that is wrong with it. */
export class TemplateError extends Error {
  constructor(file: string, problems: string[]) {
    super(`${file}: ${problems.join(' · ')}`);
    this.name = 'TemplateError';
  }
}

/** The names of the files in the folder, sorted; none if there is no folder. */
export function listTemplateFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
}

/** Reads a template and checks it against the connectors that this server has. Its slots are empty until it is installed. */
export function readTemplate(folder: string, file: string, connectors: Catalog['connectors']): TemplateFile {
  const parsed = templateFileSchema.safeParse(parseJson(folder, file));
  if (!parsed.success) {
    throw new TemplateError(
      file,
      parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`),
    );
  }
  const template = parsed.data;
  if (`${template.id}.json` !== basename(file)) throw new TemplateError(file, [`/id: is not the file’s name`]);
  const catalog = { connectors, connections: [], flows: [], tables: [] };
  const errors = validate(template.flow, catalog).filter(isError);
  if (errors.length > 0) {
    throw new TemplateError(
      file,
      errors.map(({ pointer, message }) => `/flow${pointer}: ${message}`),
    );
  }
  const wrong = [...tableProblems(template), ...opalAppProblems(template)];
  if (wrong.length > 0) throw new TemplateError(file, wrong);
  return template;
}

/** Each slot for a table says which one it needs, and each table fills a slot. */
function tableProblems({ flow, tables = {} }: TemplateFile): string[] {
  const slots = Object.entries(flow.connections ?? {}).flatMap(([slot, { connector }]) =>
    connector === 'table' ? [slot] : [],
  );
  return [
    ...slots.filter((slot) => !tables[slot]).map((slot) => `/tables/${slot}: describe the table of this slot`),
    ...Object.entries(tables).flatMap(([slot, needed]) =>
      slots.includes(slot)
        ? problemsOfNeeded(needed).map(({ pointer, message }) => `/tables/${slot}${pointer}: ${message}`)
        : [`/tables/${slot}: the flow has no slot for it`],
    ),
  ];
}

/** Opal's calls arrive at the call trigger of a flow. */
function opalAppProblems({ flow, opalApp }: TemplateFile): string[] {
  const triggers = Object.values(flow.triggers).filter(({ kind }) => kind === 'call');
  return opalApp && triggers.length !== 1 ? ['/opalApp: the flow needs one call trigger'] : [];
}

function isError({ severity, code }: Problem): boolean {
  return severity === 'error' && code !== 'connection_missing';
}

function parseJson(folder: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  } catch (error) {
    throw new TemplateError(file, [(error as Error).message]);
  }
}
