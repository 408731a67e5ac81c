import { allFunctions, type FunctionDoc, type HelperDoc, signatureOf, templateHelpers } from '@castellan/flow';

/** What a person reads about a function or helper, and what is written for it at the cursor. */
export interface FunctionHelp {
  name: string;
  topic: string;
  /** How it is called, with the types of its parameters. */
  signature: string;
  /** The kind of value that it gives, in a word. */
  gives: string;
  brief: string;
  /** All that is said of it, in sentences. */
  about: string;
  example: string;
  result: string;
  insert: string;
}

const jsonataHelp: FunctionHelp[] = allFunctions.map((one: FunctionDoc) => ({
  ...{ name: `$${one.name}`, topic: one.topic, brief: one.brief, about: sentences(one.brief, one.about) },
  signature: signatureOf(one),
  gives: one.gives,
  example: one.example.source,
  result: JSON.stringify(one.example.gives),
  insert: one.parameters.every((each) => each.includes('?:')) ? `$${one.name}()` : `$${one.name}(`,
}));

const handlebarsHelp: FunctionHelp[] = templateHelpers.map((one: HelperDoc) => ({
  ...{ name: one.name, topic: one.block ? 'Blocks' : 'Helpers', brief: one.brief, about: sentences(one.brief) },
  signature: one.usage,
  gives: 'text',
  example: one.example.source,
  result: one.example.gives,
  insert: one.usage.startsWith('(') ? `{{#if ${one.usage}}}` : one.usage,
}));

function sentences(brief: string, about?: string): string {
  const first = `${brief.charAt(0).toUpperCase()}${brief.slice(1)}.`;
  return about === undefined ? first : `${first} ${about}`;
}

const byLanguage = { jsonata: jsonataHelp, handlebars: handlebarsHelp };

/** All that a language can call, by topic. */
export function functionHelp(language: 'jsonata' | 'handlebars'): readonly FunctionHelp[] {
  return byLanguage[language];
}

/** Those whose name or description has the text in it. */
export function findHelp(language: 'jsonata' | 'handlebars', text: string): FunctionHelp[] {
  const wanted = text.trim().toLowerCase();
  return byLanguage[language].filter(({ name, about }) => `${name} ${about}`.toLowerCase().includes(wanted));
}

/** The function or helper whose name stands at a place of the source. */
export function helpAt(
  language: 'jsonata' | 'handlebars',
  source: string,
  position: number,
): { from: number; to: number; help: FunctionHelp } | undefined {
  const pattern = language === 'jsonata' ? /\$[A-Za-z]\w*/g : /[A-Za-z]+/g;
  for (const { index, 0: name } of source.matchAll(pattern)) {
    if (index > position || index + name.length < position) continue;
    const help = byLanguage[language].find((one) => one.name === name);
    // In a template a word is a helper only between braces.
    const isCode = language === 'jsonata' || source.lastIndexOf('{{', index) > source.lastIndexOf('}}', index);
    if (help && isCode) return { from: index, to: index + name.length, help };
  }
  return undefined;
}
