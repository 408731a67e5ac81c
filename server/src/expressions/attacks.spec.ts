import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import type { EvaluationRequest, EvaluationResult } from './evaluation.js';
import { ExpressionHost } from './expression-host.js';

let hostFile: string;
/** One process for everything, so that whatever an attack leaves behind meets the next workspace. */
let host: ExpressionHost;

beforeAll(async () => {
  Logger.overrideLogger(false);
  hostFile = await bundleHost();
  host = new ExpressionHost({ processes: 1, files: { host: hostFile } });
});
afterAll(async () => {
  host.onApplicationShutdown();
  await removeHost(hostFile);
});

async function evaluate(
  part: Partial<EvaluationRequest>,
  context: Record<string, unknown> = {},
): Promise<EvaluationResult> {
  const request = { workspaceId: 'attacker', context, ...part };
  return (await host.evaluate([request], { milliseconds: 2_000 }))[0] as EvaluationResult;
}
/** Rows with a title short enough to read. */
const titled = <Row extends readonly [string, unknown]>(rows: Row[]) =>
  rows.map(([source, expected]) => [source.slice(0, 80), source, expected] as [string, string, Row[1]]);
const outcome = (result: EvaluationResult) => (result.ok ? result.value : result.error.code);

/** What every other workspace must get, whatever an attacker has evaluated before in the same process. */
async function expectUnharmed(): Promise<void> {
  const value = {
    sum: { jsonata: '$sum([1, 2])' },
    chain: { jsonata: '($trim ~> $uppercase)(" a ")' },
    empty: { jsonata: '$keys({"only": 1}.{})' },
    admin: { jsonata: '{}.is_admin' },
    merged: { jsonata: '$merge([{"a": 1}, {"b": 2}])' },
    match: { jsonata: '$match("a1", /[a-z]([0-9])/).groups' },
    count: { jsonata: '$count([1..1000])' },
    text: { handlebars: '{{#each list}}{{this}}{{/each}}{{is_admin}}' },
  };
  // Long enough for a busy machine: what must be answered is, and what never ends is ended.
  const [result, filter] = await host.evaluate(
    [
      { workspaceId: 'victim', value, context: { list: ['x', 'y'] } },
      { workspaceId: 'victim', cel: 'size(delivery) == 1', context: { trigger: { a: 1 } } },
    ],
    { milliseconds: 5_000 },
  );
  const [endless] = await host.evaluate(
    [{ workspaceId: 'victim', value: { jsonata: '($f := function($x) { $f($x) }; $f(1))' }, context: {} }],
    { milliseconds: 100 },
  );
  expect(outcome(result as EvaluationResult)).toEqual({
    ...{ sum: 3, chain: 'A', merged: { a: 1, b: 2 }, match: ['1'], count: 1000, text: 'xy' },
  });
  expect(outcome(filter as EvaluationResult)).toBe(true);
  expect(outcome(endless as EvaluationResult)).toBe('E_EXPR_TIME');
}

describe('A02: an expression changes no prototype', () => {
  it.each([
    ['{} ~> | __proto__ | {"is_admin": true} |', {}],
    ['{} ~> | __lookupGetter__("__proto__")() | {"is_admin": true} |', 'E_EXPR'],
    ['{} ~> | constructor | {"is_admin": true} |', {}],
    ['{} ~> | constructor.prototype | {"is_admin": true} |', {}],
    ['{} ~> | $lookup($, "__proto__") | {"is_admin": true} |', {}],
    ['[] ~> | $lookup([], "constructor") | {"is_admin": true} |', []],
    ['$merge([{"__proto__": {"is_admin": true}}, {}])', {}],
    ['{"__proto__": {"is_admin": true}}', {}],
    ['{"a": {"__proto__": {"is_admin": true}}}.a.is_admin', null],
    ['{"constructor": {"prototype": {"is_admin": true}}}', { constructor: { prototype: { is_admin: true } } }],
    ['$spread({"__proto__": {"is_admin": true}})', {}],
    ['$$.data ~> | $ | {"__proto__": {"is_admin": true}} |', { a: 1 }],
    ['$keys($merge([{}]))', null],
  ])('%s', async (source, expected) => {
    expect(outcome(await evaluate({ value: { jsonata: source } }, { data: { a: 1 } }))).toEqual(expected);
    await expectUnharmed();
  });
});

describe('an expression changes nothing for the next one', () => {
  /** Takes the mark off a function, which makes it an object whose members can be read. */
  const unmask = '($f := function($x) { 1 }; $g := {} ~> | $f | {}, "_jsonata_lambda" |; ';
  it.each([
    '{} ~> | $sum | {"implementation": function($x) { 42 }} |',
    '{} ~> | $sum | {"signature": 1} |',
    '{} ~> | $sum | {}, ["implementation", "_jsonata_function", "signature"] |',
    '{} ~> | [$sum, $merge, $uppercase] | {"_jsonata_lambda": true} |',
    '{} ~> | $spread([$sum]).signature | {"validate": 1} |',
    '($clone := function($x) { $x }; $sum ~> | $ | {"implementation": 1} |)',
    '($c := $trim ~> $uppercase; {} ~> | $c | {"body": {"type": "string", "value": "x"}} |)',
    '($c := $trim ~> $uppercase; $g := {} ~> | $c | {}, "_jsonata_lambda" |; {} ~> | $c.body | {"type": "x"} |)',
    `${unmask}{} ~> | $f.environment.base.options | {"timeout": 1e99, "stack": 1e99, "sequence": 1e99} |)`,
    `${unmask}{} ~> | $f.environment.base.options | {"RegexEngine": 1}, "timeout" |)`,
    `${unmask}{} ~> | $f.environment.base | {"guardrails": 1, "depth": -1e9} |)`,
    `${unmask}{} ~> | $f.environment.global | {"kept": 1} |)`,
    `${unmask}{} ~> | $f.body | {"value": 2} |)`,
    `${unmask}$f.environment.base.bind("sum", function() { 42 }))`,
    '($sum := function($x) { 42 }; $merge := $sum; $sum([1]))',
    '{} ~> | $now | {"implementation": 1} |',
    '{} ~> | /a/ | {"exec": 1} |',
  ])('%s', async (source) => {
    await evaluate({ value: { jsonata: source } });
    await expectUnharmed();
  });

  it('nor for the other expressions of its own value', async () => {
    const value = [{ jsonata: '{} ~> | $$.trigger | {"id": "changed"} |' }, { jsonata: 'trigger.id' }];
    expect(outcome(await evaluate({ value }, { trigger: { id: 'mine' } }))).toEqual([{}, 'mine']);
  });
});

describe('an expression reaches nothing but its input', () => {
  it.each([
    ['$eval("1 + 1")', 'E_FUNC_DISABLED'],
    ['$map(["1"], $eval)', 'E_FUNC_DISABLED'],
    ['"1" ~> $eval', 'E_FUNC_DISABLED'],
    ['$spread([$eval]).implementation', 'E_EXPR'],
    ['$sum.$spread()', 'E_EXPR'],
    ['$merge([$sum])', 'E_EXPR'],
    ['$lookup($sum, "implementation")', null],
    ['[$sum].implementation', null],
    ['$each({"f": $sum}, function($f) { $f.implementation })', null],
    ['$sum', 'E_EXPR'],
    ['{"f": [function() { 1 }]}', 'E_EXPR'],
    ['process', null],
    ['$process', null],
    ['globalThis', null],
    ['require("fs")', 'E_EXPR'],
    ['constructor.constructor("return process")()', null],
    ['"".constructor.constructor("return process")()', null],
    ['$$.constructor', null],
    ['$now().constructor', null],
    ['$lookup("text", "constructor")', null],
    ['$lookup([], "push")', null],
    ['$string($env)', null],
  ])('%s', async (source, expected) => {
    expect(outcome(await evaluate({ value: { jsonata: source } }))).toEqual(expected);
    await expectUnharmed();
  });

  it.each(['process.exit()', 'delivery.constructor == 1', 'has(delivery.constructor)', 'delivery.__proto__ == 1'])(
    'nor does a filter: %s',
    async (cel) => {
      const result = await evaluate({ cel }, { trigger: { a: 1 } });
      expect(result.ok ? result.value : result.error.code).toEqual(result.ok ? false : 'E_EXPR');
      await expectUnharmed();
    },
  );
});

describe('A12: a template reaches nothing but its input', () => {
  it.each([
    ['{{constructor}}', ''],
    ['{{lookup (lookup this "constructor") "name"}}', ''],
    ['{{lookup (lookup this x) "name"}}', ''],
    ['{{#with __lookupGetter__}}{{constructor.name}}{{/with}}', ''],
    [
      '{{__defineGetter__ "undefined" valueOf}}{{#with __lookupGetter__}}{{__defineGetter__ "propertyIsEnumerable" (this.bind (this.bind 1))}}{{constructor.name}}{{/with}}',
      'E_FUNC_DISABLED',
    ],
    ['{{helperMissing}}', ''],
    ['{{blockHelperMissing "abc" .}}', 'E_FUNC_DISABLED'],
    ['{{#with "s" as |string|}}{{#with string.sub.constructor}}{{this}}{{/with}}{{/with}}', ''],
    ['{{this.constructor.constructor "return process"}}', 'E_FUNC_DISABLED'],
    ['{{#each this}}{{@key}}={{lookup this "constructor"}} {{/each}}', 'x= '],
    ['{{__proto__}}{{x.__proto__}}{{@root.__proto__}}{{toString}}{{x.push}}{{hasOwnProperty}}', ''],
    ['{{"constructor"}}{{[constructor]}}{{./constructor}}{{this.constructor}}', ''],
    ['{{#*inline "p"}}{{/inline}}{{> p}}', 'E_FUNC_DISABLED'],
    ['{{> (lookup this "x")}}', 'E_FUNC_DISABLED'],
    ['{{log "x" level="error"}}', 'E_FUNC_DISABLED'],
  ])('%s', async (source, expected) => {
    expect(outcome(await evaluate({ value: { handlebars: source } }, { x: ['constructor'] }))).toBe(expected);
    await expectUnharmed();
  });
});

describe('data is only ever data', () => {
  it('that cannot pass for a function of JSONata', async () => {
    const user = {
      _jsonata_function: true,
      _jsonata_lambda: true,
      email: 'a@b.ch',
      deep: [{ _jsonata_function: true }],
    };
    const value = ['user.email', '$string(user)', '$exists(user)', '$type(user)', 'user'].map((jsonata) => ({
      jsonata,
    }));
    const clean = { email: 'a@b.ch', deep: [{}] };
    expect(outcome(await evaluate({ value }, { user }))).toEqual([
      'a@b.ch',
      JSON.stringify(clean),
      true,
      'object',
      clean,
    ]);
    expect(outcome(await evaluate({ value: { handlebars: '{{user.email}}' } }, { user }))).toBe('a@b.ch');
  });

  it('that carries no prototype in or out', async () => {
    const body = JSON.parse('{"__proto__": {"is_admin": true}, "a": {"__proto__": {"is_admin": true}, "b": 1}}');
    expect(outcome(await evaluate({ value: { jsonata: '$merge([body, {"c": 2}])' } }, { body }))).toEqual({
      a: { b: 1 },
      c: 2,
    });
    expect(outcome(await evaluate({ value: JSON.parse('{"__proto__": {"is_admin": true}, "x": 1}') }))).toEqual({
      x: 1,
    });
    await expectUnharmed();
  });

  it('that is no expression, whatever it holds', async () => {
    const body = { jsonata: '$error("ran")', handlebars: '{{run}}', text: '{{run}} ${run} <%= run %>' };
    expect(outcome(await evaluate({ value: { jsonata: 'body' } }, { body }))).toEqual(body);
    expect(outcome(await evaluate({ value: { handlebars: '{{body.text}}' } }, { body }))).toBe(body.text);
  });

  it('that the database can store: no NUL, no half of a character', async () => {
    const result = await evaluate({ value: { jsonata: '{"a\u0000": t & $substring("x", 0)}' } }, { t: '\u0000\ud800' });
    expect(outcome(result)).toEqual({ 'a\ufffd': '\ufffd\ufffdx' });
  });
});

describe('0.2 to 0.7: what takes too long or too much is stopped', () => {
  const text = `${'a'.repeat(50)}b`;
  it.each(
    titled([
      ['$pad("x", 5e8)', 'E_LIMIT'],
      ['$pad("x", -5e8)', 'E_LIMIT'],
      ['$pad("", 1e5, "0123456789") ~> $length', 100_000],
      ['$uppercase($reduce([1..27], function($a, $n) { $a & $a }, "x"))', 'E_EXPR_MEMORY'],
      ['$reduce([1..60], function($a, $n) { $append($a, $a) }, [1])', 'E_LIMIT'],
      ['$reduce([1..60], function($a, $n) { [[$a], [$a]] }, [1])', 'E_OUTPUT_TOO_LARGE'],
      ['$reduce([1..60], function($a, $n) { $a & $a }, "x")', 'E_EXPR_MEMORY'],
      ['$match(text, /^(a+)+$/)', null],
      ['$match(text, /^(a|a)*$/)', null],
      ['$replace(text, /(a*)*c/, "x")', text],
      ['$split(text, /(.*)*,/)', [text]],
      ['$contains(text, /(?=a)a/)', 'E_EXPR'],
      ['$match(text, /(a)\\1/)', 'E_EXPR'],
      ['$fromMillis(0, $pad("", 2e6, "[Y]"))', 'E_LIMIT'],
      ['$fromMillis(0, $pad("", 99999, "[Y]"))', 'E_LIMIT'],
      ['$fromMillis(0, "[Y,999999999]")', 'E_LIMIT'],
      ['$fromMillis(0, "[Y,*-999999999]")', 'E_LIMIT'],
      ['$now("[Y,999999999]")', 'E_LIMIT'],
      ['$toMillis($pad("1", 1000, "1"), "[Y]")', 'E_LIMIT'],
      ['$toMillis($pad("1", 100, "1") & "x", $pad("", 180, "[Y]"))', null],
      ['[1..1e7]', 'E_LIMIT'],
      ['[1..1e9]', 'E_LIMIT'],
      ['($f := function($x) { $f($x) }; $f(1))', 'E_EXPR_TIME'],
      ['($f := function($x) { 1 + $f($x) }; $f(1))', 'E_LIMIT'],
      ['[1..1000].[1..1000].[1..1000]', 'E_OUTPUT_TOO_LARGE'],
      ['$count([1..99999][$ in [1..99999]])', 'E_EXPR_TIME'],
      ['$count($distinct([1..99999]))', 'E_EXPR_TIME'],
      ['$sort([1..99999], function($a, $b) { $random() > 0.5 }) ~> $count', 'E_EXPR_TIME'],
      [`(function($a)<${'(sn)+'.repeat(12)}:n> { 1 })(${'1, '.repeat(200)}[])`, 'E_EXPR_TIME'],
      [`${'('.repeat(4000)}1${')'.repeat(4000)}`, 'E_LIMIT'],
      [`${'['.repeat(3000)}1${']'.repeat(3000)}`, 'E_LIMIT'],
      [`"${'x'.repeat(9000)}"`, 'E_LIMIT'],
    ]),
  )('%s', async (_, source, expected) => {
    expect(outcome(await evaluate({ value: { jsonata: source } }, { text }))).toEqual(expected);
    await expectUnharmed();
  });

  it.each(
    titled([
      ['{{#if a}}'.repeat(3000) + '{{/if}}'.repeat(3000), /^E_(TEMPLATE_LIMIT|EXPR_TIME)$/],
      [`{{a${'.a'.repeat(20_000)}}}`, /^$/],
      [`${'{{#each @root.l}}'.repeat(4)}x${'{{/each}}'.repeat(4)}`, /^E_TEMPLATE_LIMIT$/],
      ['{{#each l}}{{@root.big}}{{/each}}', /^E_TEMPLATE_LIMIT$/],
      [`{{eq ${'(eq '.repeat(2000)}${')'.repeat(2000)}}}`, /^E_(TEMPLATE_LIMIT|EXPR_TIME|LIMIT)$/],
    ]),
  )('%s', async (_, source, expected) => {
    const context = { l: Array(100).fill(1), big: 'x'.repeat(50_000) };
    expect(outcome(await evaluate({ value: { handlebars: source } }, context))).toMatch(expected);
    await expectUnharmed();
  });

  it.each(
    titled([
      ['delivery.s.matches("^(a+)+$")', true],
      ['delivery.l.all(x, delivery.l.all(y, delivery.l.all(z, x + y + z > 0.0)))', 'E_EXPR_TIME'],
      ['[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))', 'E_LIMIT'],
      [`${'('.repeat(4000)}true${')'.repeat(4000)}`, 'E_LIMIT'],
    ]),
  )('%s', async (_, cel, expected) => {
    const trigger = { s: 'a'.repeat(5000), l: Array(2000).fill(1) };
    expect(outcome(await evaluate({ cel }, { trigger }))).toBe(expected);
    await expectUnharmed();
  });
});
