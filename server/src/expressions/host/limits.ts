/** Published limits of one evaluation. Past one of them: a typed error. */
export const limits = {
  /** Characters of JSONata or CEL source, and of a pattern. */
  sourceLength: 8 * 1024,
  /** Characters of a Handlebars template. */
  templateLength: 64 * 1024,
  /** Bytes of the result as JSON. */
  outputBytes: 1024 * 1024,
  /** Bytes of a list that is filtered or gone through, as JSON, and its items. */
  listBytes: 10 * 1024 * 1024,
  listItems: 100_000,
  /** Levels of the result, and of a value tree or condition. */
  depth: 64,
  /** Nested evaluations of JSONata, which a recursive function reaches. */
  jsonataStack: 400,
  /** Items of a list that JSONata makes. */
  jsonataSequence: 100_000,
  /** Characters that `$pad` may make. */
  padWidth: 100_000,
  /** Characters of a picture for dates and of a text that is read by one. */
  pictureLength: 200,
  /** Parts of a template, written and rendered. */
  templateNodes: 5_000,
  templateSteps: 200_000,
  /** Nested list macros of a CEL filter: each multiplies the time by the length of a list. */
  celMacros: 3,
  /** What one message may take of a process before the rest of it waits its turn, in milliseconds. */
  slice: 150,
} as const;
