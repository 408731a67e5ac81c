import Handlebars from 'handlebars';
import { Failure } from './failure.js';
import { limits } from './limits.js';

export type Program = hbs.AST.Program;
export type Block = hbs.AST.BlockStatement;
export type Path = hbs.AST.PathExpression;
/** A call or a plain value: what stands between `{{` and `}}` or in parentheses. */
export type Call = hbs.AST.MustacheStatement | hbs.AST.SubExpression | hbs.AST.BlockStatement;

/** What a template may be made of. Partials, decorators and their blocks are not among them. */
const allowed = new Set([
  ...['Program', 'ContentStatement', 'CommentStatement', 'MustacheStatement', 'BlockStatement', 'SubExpression'],
  ...['PathExpression', 'StringLiteral', 'NumberLiteral', 'BooleanLiteral', 'NullLiteral', 'UndefinedLiteral'],
  ...['Hash', 'HashPair'],
]);

/** A template's tree, checked, with offsets in place of lines. Handlebars parses; nothing of it is compiled or run. */
export interface Template {
  program: Program;
  /** Offset in characters of a part. */
  offset(part: hbs.AST.Node): number;
}

/** Parses and checks a template. */
export function parseTemplate(source: string): Template {
  if (source.length > limits.templateLength) {
    throw new Failure('E_TEMPLATE_LIMIT', `A template may have ${limits.templateLength} characters.`);
  }
  const lines = lineStarts(source);
  const offset = ({ loc }: hbs.AST.Node): number => (lines[loc.start.line - 1] ?? 0) + loc.start.column;
  let program: Program;
  try {
    program = Handlebars.parse(source);
  } catch (error) {
    throw syntaxFailure(error, source, lines);
  }
  let nodes = 0;
  const check = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) check(item);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return;
    const node = part as hbs.AST.Node;
    if (typeof node.type === 'string') {
      nodes += 1;
      if (nodes > limits.templateNodes) {
        throw new Failure('E_TEMPLATE_LIMIT', `A template may have ${limits.templateNodes} parts.`);
      }
      if (!allowed.has(node.type)) {
        throw new Failure(
          'E_FUNC_DISABLED',
          `${node.type} is not available: use #each, #if, #unless, #with and paths.`,
          {
            position: offset(node),
          },
        );
      }
    }
    for (const [name, member] of Object.entries(node)) {
      if (name !== 'loc' && name !== 'parts' && name !== 'strip') check(member);
    }
  };
  check(program);
  return { program, offset };
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let end = source.indexOf('\n'); end >= 0; end = source.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/**
 * Handlebars says `Parse error on line 2:`, shows what stands before the place over a caret, and names tokens of its
 * grammar; or it names the place as `- 2:7`, where it checks something beyond the grammar.
 */
function syntaxFailure(error: unknown, source: string, lines: number[]): Failure {
  if (error instanceof RangeError) return new Failure('E_TEMPLATE_LIMIT', 'The template nests too deep.');
  const { message } = error as Error;
  const [, line, column] = / - (\d+):(\d+)$/.exec(message) ?? [];
  if (line && column) {
    return new Failure('E_EXPR', message.slice(0, 500), { position: (lines[Number(line) - 1] ?? 0) + Number(column) });
  }
  const [head = '', picture = '', caret = '', expected = ''] = message.split('\n');
  const lineStart = lines[Number(/line (\d+)/.exec(head)?.[1] ?? 1) - 1] ?? 0;
  const before = picture.slice(0, caret.indexOf('^')).replace(/^\.\.\./, '');
  const found = source.indexOf(before, Math.max(0, lineStart - before.length));
  const reason = /got 'EOF'/.test(expected)
    ? 'The template ends before all that it opens is closed.'
    : 'The template cannot be read any further here.';
  return new Failure('E_EXPR', reason, { position: found < 0 ? lineStart : found + before.length });
}
