/** A name in a source and where it begins, in characters. */
export interface Reference {
  name: string;
  position: number;
}

/** What an expression reads of its context, told from its source alone. */
export interface References {
  /** `steps.<id>`; where it is certain that `steps` is the context's and not a field of some data. */
  steps: (Reference & { certain: boolean })[];
  /** The path to a step is computed, or the context is taken as a whole: any step may be read. */
  anyStep: boolean;
  /** First names of paths that begin at the context: trigger, item, … */
  roots: Reference[];
  /** `vars.<name>` */
  variables: Reference[];
  /** `loops.<id>` */
  loops: Reference[];
  /** Paths of names that surely begin at the context, as far as they are plain: `trigger.body.user`, each name by itself. */
  paths: Reference[][];
  /** Functions that are called and that the source does not define itself: `$name(…)`, helpers of a template. */
  functions: Reference[];
  /** `$name` that is read and not called, and that nothing in the source gives a value. */
  symbols: Reference[];
}

/** A source that was read, or why it could not be. */
export type Parsed = { references: References } | { error: { message: string; position: number; length?: number } };

export function noReferences(): References {
  return { steps: [], anyStep: false, roots: [], variables: [], loops: [], paths: [], functions: [], symbols: [] };
}
