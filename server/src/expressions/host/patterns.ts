import { RE2JS } from 're2js';
import { Failure } from './failure.js';
import { limits } from './limits.js';

const compiled = new Map<string, RE2JS>();

/** A pattern in RE2's syntax, whose time is linear in the text whatever the pattern. JavaScript's spelling is translated. */
export function compilePattern(source: string, flags = ''): RE2JS {
  if (source.length > limits.sourceLength) {
    throw new Failure('E_LIMIT', `A pattern may have ${limits.sourceLength} characters.`);
  }
  const key = `${flags}/${source}`;
  let pattern = compiled.get(key);
  if (!pattern) {
    const options = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0);
    try {
      pattern = RE2JS.compile(RE2JS.translateRegExp(source), options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failure(
        'E_EXPR',
        `The pattern cannot be used: ${reason}. Lookaround and back-references do not exist.`,
      );
    }
    if (compiled.size >= 200) compiled.clear();
    compiled.set(key, pattern);
  }
  return pattern;
}

/** What JSONata asks of a regular expression: `exec` from `lastIndex` on. It always searches on, as with the flag g. */
export class LinearRegExp {
  lastIndex = 0;
  private readonly pattern: RE2JS;

  constructor(expression: RegExp) {
    this.pattern = compilePattern(expression.source, expression.flags);
  }

  exec(text: string): (string[] & { index: number }) | null {
    const matcher = this.pattern.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '');
    return Object.assign(groups, { index: matcher.start() });
  }
}

// An expression can lay hands on the class through the frame of a function; it finds nothing to change.
Object.freeze(LinearRegExp);
Object.freeze(LinearRegExp.prototype);
