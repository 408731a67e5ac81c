import type { ApiDefinition } from './definition.js';
import { DocumentError, type DocumentProblem } from './document-error.js';
import { definitionOf, type ImportChoice, type Outline, outlineOf } from './outline.js';
import { readText } from './read-text.js';

export type { DocumentProblem } from './document-error.js';
export { DocumentError } from './document-error.js';
export type { ImportChoice, Outline, OutlineOperation } from './outline.js';

/** What is asked about a document. `known` are the ids that its calls had before, by their keys. */
export interface ReadRequest {
  known: Record<string, string>;
  /** To make the definition; left out, to make the outline. */
  choice?: ImportChoice;
}

export type ReadAnswer = { outline: Outline } | { definition: ApiDefinition } | { problems: DocumentProblem[] };

const tooDeep: DocumentProblem = {
  place: '',
  message: 'The document is nested too deeply, or unfolds to more than can be held.',
  fix: 'Leave out what is not needed.',
};

/** Reads a document. It takes seconds and hundreds of megabytes where that is large: never in a process that serves. */
export function readApi(bytes: Uint8Array, { known, choice }: ReadRequest): ReadAnswer {
  try {
    const root = readText(bytes);
    return choice ? { definition: definitionOf(root, known, choice) } : { outline: outlineOf(root, known) };
  } catch (error) {
    if (error instanceof DocumentError) return { problems: error.problems };
    // The stack's end, or that of a text.
    if (error instanceof RangeError) return { problems: [tooDeep] };
    throw error;
  }
}
