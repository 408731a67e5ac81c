import type { TextTarget } from '../evaluation.js';
import { asFailure, Failure } from './failure.js';
import { limits } from './limits.js';
import type { Scope } from './scope.js';
import { CompiledSources } from './sources.js';
import { rawTargets, type TargetText, targetTexts } from './targets/index.js';
import { helpers, ownMember, toText } from './template-helpers.js';
import { type Block, type Call, type Path, type Program, parseTemplate, type Template } from './template-syntax.js';

/**
 * A Handlebars template rendered from its syntax tree, as Handlebars renders it but for two things: values are read
 * through own members only, and lists and objects are written as JSON. There is no generated code, so the process needs
 * none, and every part that is rendered is counted.
 */
export function renderTemplate(source: string, scope: Scope, target: TextTarget): string {
  return new Rendering(templates.get(scope.workspace, source), scope, target).text();
}

const templates = new CompiledSources(parseTemplate);

/** Where a part of the template stands in the data. */
interface Frame {
  value: unknown;
  /** Frames of the blocks around it, for `../`. */
  outer: Frame | null;
  /** `@index`, `@key`, `@first`, `@last`, `@root`, and those of the blocks around it for `@../index`. */
  data: DataFrame;
  /** Names that blocks give their values by `as |item index|`. */
  names: Record<string, unknown>;
}

interface DataFrame {
  values: Record<string, unknown>;
  outer: DataFrame | null;
}

class Rendering {
  private readonly output: string[] = [];
  private length = 0;
  private steps = 0;
  private readonly made: TargetText;

  constructor(
    private readonly template: Template,
    private readonly scope: Scope,
    private readonly target: TextTarget,
  ) {
    this.made = targetTexts[target]();
  }

  text(): string {
    const data = { values: { root: this.scope.context }, outer: null };
    this.program(this.template.program, { value: this.scope.context, outer: null, data, names: {} });
    this.write(this.made.end?.() ?? '');
    return this.output.join('');
  }

  private program(program: Program | undefined, frame: Frame): void {
    for (const part of program?.body ?? []) {
      this.step();
      switch (part.type) {
        case 'ContentStatement':
          this.write(this.made.own((part as hbs.AST.ContentStatement).value));
          break;
        case 'MustacheStatement':
          this.mustache(part as hbs.AST.MustacheStatement, frame);
          break;
        case 'BlockStatement':
          this.block(part as Block, frame);
          break;
      }
    }
  }

  private mustache(part: hbs.AST.MustacheStatement, frame: Frame): void {
    const value = this.call(part, frame);
    if (this.made.json && nameOf(part) === 'json') this.write(this.made.json(toText(value)));
    else if (part.escaped) this.write(this.escaped(value, part));
    else if (rawTargets.has(this.target)) this.write(toText(value));
    else throw this.failure('E_EXPR', `Text for ${this.target} cannot hold unescaped values: use {{ }}.`, part);
  }

  private escaped(value: unknown, part: hbs.AST.MustacheStatement): string {
    try {
      return this.made.value(value);
    } catch (error) {
      throw this.placed(error, part);
    }
  }

  private block(block: Block, frame: Frame): void {
    const name = nameOf(block);
    const value = this.params(block, frame)[0];
    switch (name) {
      case 'if':
      case 'unless': {
        const zeroCounts = this.hash(block, frame).includeZero === true;
        const filled = !isEmpty(value) && (value !== 0 || zeroCounts);
        this.program(filled === (name === 'if') ? block.program : block.inverse, frame);
        break;
      }
      case 'with':
        if (isEmpty(value)) this.program(block.inverse, frame);
        else this.program(block.program, inner(frame, value, block, [value]));
        break;
      case 'each':
        this.each(block, value, frame);
        break;
      default:
        if (block.params.length > 0 || block.hash) {
          throw this.failure('E_FUNC_DISABLED', `#${name} is not a block: use #each, #if, #unless or #with.`, block);
        }
        this.section(block, this.call(block, frame), frame);
    }
  }

  /** `{{#name}}`: once for true, for each item of a list, with an object or text; else what stands after `{{else}}`. */
  private section(block: Block, value: unknown, frame: Frame): void {
    if (Array.isArray(value)) this.each(block, value, frame);
    else if (value === true) this.program(block.program, frame);
    else if (value === false || value === null || value === undefined) this.program(block.inverse, frame);
    else this.program(block.program, inner(frame, value, block, [value]));
  }

  private each(block: Block, list: unknown, frame: Frame): void {
    const entries = typeof list === 'object' && list !== null ? Object.entries(list) : [];
    if (entries.length === 0) this.program(block.inverse, frame);
    for (const [index, [name, item]] of entries.entries()) {
      this.step();
      const key = Array.isArray(list) ? index : name;
      const values = { ...frame.data.values, key, index, first: index === 0, last: index === entries.length - 1 };
      this.program(block.program, {
        ...inner(frame, item, block, [item, key]),
        data: { values, outer: frame.data },
      });
    }
  }

  /** The value of `{{name}}`, `{{path.to.it}}`, `{{helper a b key=c}}` or `(helper a b)`. */
  private call(part: Call, frame: Frame): unknown {
    const isCall = part.params.length > 0 || part.hash !== undefined;
    if (!isCall && part.type !== 'SubExpression') {
      // A literal alone, `{{"name"}}`, is the field of that name, as in Handlebars.
      const literal = part.path.type !== 'PathExpression';
      return literal ? ownMember(frame.value, nameOf(part)) : this.value(part.path, frame);
    }
    const name = nameOf(part);
    const helper = Object.hasOwn(helpers, name) ? helpers[name] : undefined;
    if (!helper) {
      const known = Object.keys(helpers).join(', ');
      throw this.failure('E_FUNC_DISABLED', `There is no helper ${name}; there are ${known}.`, part);
    }
    try {
      return helper({ params: this.params(part, frame), hash: this.hash(part, frame) });
    } catch (error) {
      throw this.placed(error, part);
    }
  }

  private params(part: Call, frame: Frame): unknown[] {
    return part.params.map((param) => this.value(param, frame));
  }

  private hash(part: Call, frame: Frame): Record<string, unknown> {
    return Object.fromEntries((part.hash?.pairs ?? []).map(({ key, value }) => [key, this.value(value, frame)]));
  }

  private value(expression: hbs.AST.Expression, frame: Frame): unknown {
    this.step();
    switch (expression.type) {
      case 'PathExpression':
        return readPath(expression as Path, frame);
      case 'SubExpression':
        return this.call(expression as hbs.AST.SubExpression, frame);
      case 'StringLiteral':
      case 'NumberLiteral':
      case 'BooleanLiteral':
        return (expression as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral).value;
      default:
        return expression.type === 'NullLiteral' ? null : undefined;
    }
  }

  private step(): void {
    this.steps += 1;
    if (this.steps > limits.templateSteps) {
      throw new Failure('E_TEMPLATE_LIMIT', `Rendering takes more than ${limits.templateSteps} steps.`);
    }
    if (this.steps % 1024 === 0 && Date.now() > this.scope.deadline) {
      throw new Failure('E_EXPR_TIME', 'Rendering the template took too long.');
    }
  }

  private write(text: string): void {
    this.length += text.length;
    if (this.length > limits.outputBytes) {
      throw new Failure('E_TEMPLATE_LIMIT', `The text is longer than ${limits.outputBytes} characters.`);
    }
    this.output.push(text);
  }

  private placed(error: unknown, part: hbs.AST.Node): Failure {
    const failure = asFailure(error);
    failure.position ??= this.template.offset(part);
    return failure;
  }

  private failure(code: Failure['code'], message: string, part: hbs.AST.Node): Failure {
    return new Failure(code, message, { position: this.template.offset(part) });
  }
}

/** The frame of a block's body. `../` leads out only of blocks that change the value, as in Handlebars. */
function inner(frame: Frame, value: unknown, block: Block, named: unknown[]): Frame {
  const names = { ...frame.names };
  for (const [index, name] of (block.program?.blockParams ?? []).entries()) names[name] = named[index];
  return { value, outer: value === frame.value ? frame.outer : frame, data: frame.data, names };
}

function readPath(path: Path, frame: Frame): unknown {
  const parts = path.parts as unknown[];
  if (path.data) {
    let data: DataFrame | null = frame.data;
    for (let depth = path.depth; depth > 0; depth -= 1) data = data?.outer ?? null;
    return follow(data?.values, parts);
  }
  const [first, ...rest] = parts;
  const scoped = /^(\.|this\b)/.test(path.original);
  if (!scoped && path.depth === 0 && typeof first === 'string' && Object.hasOwn(frame.names, first)) {
    return follow(frame.names[first], rest);
  }
  let from: Frame | null = frame;
  for (let depth = path.depth; depth > 0; depth -= 1) from = from?.outer ?? null;
  return follow(from?.value, parts);
}

function follow(start: unknown, parts: unknown[]): unknown {
  return parts.reduce((holder, name) => ownMember(holder, name), start);
}

/** What #if and #with take for no. Zero is no only for #if. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : !value && value !== 0;
}

function nameOf(part: Call): string {
  return 'original' in part.path ? String((part.path as Path).original) : '';
}
