/** What a function gives, in the words of the screens. */
export type ValueWord = 'text' | 'number' | 'yes or no' | 'list' | 'object' | 'any';

export const functionTopics = ['Values', 'Text', 'Numbers', 'Lists', 'Objects', 'Dates', 'Identity'] as const;
export type FunctionTopic = (typeof functionTopics)[number];

/** An expression on data, and what it gives. A test evaluates every one. */
export interface Example {
  source: string;
  /** What the expression sees; left out: nothing. */
  data?: Record<string, unknown>;
  gives: unknown;
}

/** What people read about a function that JSONata expressions can call. */
export interface FunctionDoc {
  /** Without the dollar sign. */
  name: string;
  topic: FunctionTopic;
  /** In order, each as `name: type`, or `name?: type` where it may be left out. */
  parameters: readonly string[];
  gives: ValueWord;
  /** Its result has always the members of the example's. */
  fixedMembers?: true;
  /** What it gives looks like its first argument, a list, or like an item of that. */
  same?: 'list' | 'item';
  /** In a few words. */
  brief: string;
  /** What else is to be known, in sentences. */
  about?: string;
  example: Example;
}

/** What people read about a helper or block of Handlebars templates. */
export interface HelperDoc {
  name: string;
  /** It has a body: `{{#name}}…{{/name}}`. */
  block?: true;
  usage: string;
  brief: string;
  example: Example & { gives: string };
}

/** How it is called: `$date(instant: instant, zone?: text) → text`. */
export function signatureOf({ name, parameters, gives }: FunctionDoc): string {
  return `$${name}(${parameters.join(', ')}) → ${gives}`;
}
