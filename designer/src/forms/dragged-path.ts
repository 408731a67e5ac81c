import { type DataPath, handlebarsPath, jsonataPath } from './path.js';

/** What the data tree's rows carry while they are dragged: fields write it in their own language. */
const pathType = 'application/x-castellan-path';

interface Carrier {
  dataTransfer: DataTransfer | null;
}

/** Lets a row be dragged into a field, or into any other text as JSONata. */
export function carryPath({ dataTransfer }: Carrier, path: DataPath): void {
  dataTransfer?.setData(pathType, JSON.stringify(path));
  dataTransfer?.setData('text/plain', jsonataPath(path));
}

/** Whether a path is being dragged here; what it is can only be read once it is dropped. */
export function carriesPath({ dataTransfer }: Carrier): boolean {
  return dataTransfer?.types.includes(pathType) ?? false;
}

/** The path that was dropped; undefined where something else was. */
export function droppedPath({ dataTransfer }: Carrier): DataPath | undefined {
  const text = dataTransfer?.getData(pathType) ?? '';
  return text === '' ? undefined : (JSON.parse(text) as DataPath);
}

/** The path as an expression of that language writes it. */
export function writtenPath(path: DataPath, language: 'jsonata' | 'handlebars'): string {
  return language === 'jsonata' ? jsonataPath(path) : `{{${handlebarsPath(path)}}}`;
}
