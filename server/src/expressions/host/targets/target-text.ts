/** A text under way, made of the template's own parts, which are left as they are, and of values, which stay values. */
export interface TargetText {
  /** What is written for a part of the template itself. */
  own(text: string): string;
  /** What is written for a value, so that it can neither end what it stands in nor begin something else. */
  value(value: unknown): string;
  /** What is written for a value that the template has made JSON of; left out: as for any text. */
  json?(text: string): string;
  /** What is left to write when all parts were given. */
  end?(): string;
}
