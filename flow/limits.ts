/** What a flow may hold at most. Past one of these, `validate` says so and nothing is published. */
export const flowLimits = {
  /** Steps in all, bodies of loops included. */
  steps: 500,
  /** Wires in all. */
  wires: 2_000,
  /** Of the flow as JSON in UTF-8. */
  bytes: 1_048_576,
  /** Of titles and names, in characters. */
  label: 200,
  /** Of a JSONata or CEL source, in bytes. */
  expression: 8 * 1_024,
  /** Of a Handlebars source, in bytes. */
  template: 64 * 1_024,
  /** Loops within loops. */
  nesting: 5,
  /** Objects and lists within each other, in the flow as JSON. */
  depth: 64,
} as const;

/** How often a system may be asked for events, in seconds. */
export const pollSeconds = { least: 10, most: 86_400 } as const;

/** The length of a text in UTF-8; the flow format runs where no encoder is sure to exist. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += 1;
    // Two surrogates of one character make four bytes together, which is one more for each.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes += 1;
  }
  return bytes;
}
