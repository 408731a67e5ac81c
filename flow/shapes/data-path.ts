/** A place in the data that expressions see, such as `['steps', 'find_user', 'output', 'id']`. */
export type DataPath = (string | number)[];

/** Words of JSONata that no path begins with unless they are quoted. */
export const jsonataWords: ReadonlySet<string> = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** Reads a path written in JSONata, or answers undefined where the text is more than a path. */
export function readDataPath(text: string): DataPath | undefined {
  const path: DataPath = [];
  const part = /\s*(?:(\.)?\s*(?:([A-Za-z_][A-Za-z0-9_]*)|`([^`]*)`)|\[(\d+)\])\s*/y;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, dot, name, quoted, index] = match;
    if (index !== undefined) path.push(Number(index));
    else if ((dot !== undefined) === path.length > 0) path.push(name ?? quoted ?? '');
    else return undefined;
  }
  const [first] = path;
  return typeof first === 'string' && !jsonataWords.has(first) ? path : undefined;
}
