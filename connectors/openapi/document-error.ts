/** Something wrong with a document: where, what, and what to do. */
export interface DocumentProblem {
  /** A JSON pointer into the document, or `line 3, column 7`. */
  place: string;
  message: string;
  fix?: string;
}

/** A document from which nothing can be imported. */
export class DocumentError extends Error {
  constructor(readonly problems: DocumentProblem[]) {
    super(problems.map(({ place, message }) => (place === '' ? message : `${place}: ${message}`)).join(' '));
    this.name = 'DocumentError';
  }
}

export function documentError(place: string, message: string, fix?: string): DocumentError {
  return new DocumentError([{ place, message, ...(fix ? { fix } : {}) }]);
}
