import { readdirSync, readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import type { EvaluationRequest, EvaluationResult } from './evaluation.js';
import { ExpressionHost } from './expression-host.js';

let hostFile: string;
let host: ExpressionHost;
const hosts: ExpressionHost[] = [];

function start(processes: number): ExpressionHost {
  const started = new ExpressionHost({ processes, files: { host: hostFile } });
  hosts.push(started);
  return started;
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  hostFile = await bundleHost();
  host = start(2);
  host.onApplicationBootstrap();
});
afterAll(async () => {
  for (const started of hosts) started.onApplicationShutdown();
  await removeHost(hostFile);
});

const jsonata = (source: string, context = {}, workspaceId = 'w'): EvaluationRequest => ({
  workspaceId,
  value: { jsonata: source },
  context,
});
const loop = '($f := function($x) { $f($x) }; $f(1))';
/** Not interruptible from inside: one call of a built-in that takes the square of a long list. */
const hang = '$count($distinct([1..99999]))';
const outOfMemory = '$uppercase($reduce([1..27], function($text, $n) { $text & $text }, "x"))';
const values = (results: EvaluationResult[]) => results.map((result) => (result.ok ? result.value : result.error.code));

describe('the expression host', () => {
  it('replaces expressions at any depth of a value and leaves literals as they are', async () => {
    const value = {
      id: { jsonata: 'trigger.body.id' },
      list: [1, { jsonata: 'trigger.body.id + 1' }, [{ handlebars: 'No. {{trigger.body.id}}' }]],
      quoted: { literal: { jsonata: '1' } },
      data: { jsonata: 5, other: null, two: { jsonata: 'a', handlebars: 'b' } },
      missing: { jsonata: 'trigger.nothing' },
    };
    const [result] = await host.evaluate([{ workspaceId: 'w', value, context: { trigger: { body: { id: 7 } } } }]);
    expect(result).toEqual({
      ok: true,
      value: {
        id: 7,
        list: [1, 8, ['No. 7']],
        quoted: { jsonata: '1' },
        data: { jsonata: 5, other: null, two: { jsonata: 'a', handlebars: 'b' } },
      },
      milliseconds: expect.any(Number),
    });
  });

  it('answers all requests of a message in order, whatever their kind', async () => {
    const context = { trigger: { n: 3, tags: ['a'] } };
    const requests: EvaluationRequest[] = [
      { workspaceId: 'w', value: 'literal', context },
      { workspaceId: 'w', condition: { all: [{ left: { jsonata: 'trigger.n' }, op: 'gt', right: 2 }] }, context },
      { workspaceId: 'w', cel: 'delivery.n == 3 && "a" in delivery.tags', context },
      { workspaceId: 'w', cel: 'delivery.n == 4', context },
      jsonata('trigger.missing', context),
      jsonata('1 +', context),
    ];
    expect(values(await host.evaluate(requests))).toEqual(['literal', true, true, false, null, 'E_EXPR']);
    expect(await host.evaluate([])).toEqual([]);
  });

  it('reads a key by CEL: a text, or a number as one; a list is no key, nor is what is not there', async () => {
    const context = { trigger: { id: 'a', n: 42, on: true, none: null, tags: ['a'] } };
    const key = (celKey: string): EvaluationRequest => ({ workspaceId: 'w', celKey, context });
    const sources = [
      'delivery.id',
      'delivery.n',
      'delivery.on',
      'delivery.none',
      'trigger.id + "!"',
      '1 + 1',
      'delivery.tags',
      'delivery.gone',
    ];
    const expected = ['a', '42', 'true', null, 'a!', '2', 'E_PARAM_TYPE', 'E_EXPR'];
    expect(values(await host.evaluate(sources.map(key)))).toEqual(expected);
  });

  it('goes through a list of 100,000 in one message, with the time that a list is given', async () => {
    const items = { jsonata: '[1..100000].{"n": $, "name": "person " & $}' };
    const when = { all: [{ left: { jsonata: 'item.n % 2' }, op: 'eq', right: 0 }] };
    const [result] = await host.evaluate([
      { workspaceId: 'w', list: { items, when }, context: {}, milliseconds: 10_000 },
    ]);
    expect(result).toMatchObject({ ok: true });
    expect(result?.ok && (result.value as unknown[]).length).toBe(50_000);
  });

  it('takes the instant that it is given for now', async () => {
    const value = { jsonata: '[$now(), $millis()]' };
    const results = await host.evaluate([
      { workspaceId: 'w', value, context: {}, now: 86_400_000 },
      { workspaceId: 'w', value: { jsonata: '$millis()' }, context: {} },
    ]);
    expect(results[0]).toMatchObject({ ok: true, value: ['1970-01-02T00:00:00.000Z', 86_400_000] });
    expect(results[1]?.ok && (results[1].value as number)).toBeGreaterThan(86_400_000);
  });

  it('keeps a thousand concurrent evaluations of one source apart', async () => {
    const source = '{"mine": $$.secret, "again": [1..3].($$.secret)}';
    const results = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => host.evaluate([jsonata(source, { secret: `s${n}` }, `w${n % 7}`)])),
    );
    for (const [n, [result]] of results.entries()) {
      expect(result).toMatchObject({ value: { mine: `s${n}`, again: [`s${n}`, `s${n}`, `s${n}`] } });
    }
  });

  it('says where and what: the pointer into the value and the position in the source', async () => {
    const value = { text: [{ handlebars: 'ok' }, { handlebars: 'ab {{#nope 1}}{{/nope}}' }] };
    const [template] = await host.evaluate([{ workspaceId: 'w', value, context: {} }]);
    expect(template).toMatchObject({ ok: false, error: { code: 'E_FUNC_DISABLED', pointer: '/text/1', position: 3 } });
    const [odd] = await host.evaluate([
      { workspaceId: 'w', value: { 'a/b~c': { jsonata: '$sum("x" + 1)' } }, context: {} },
    ]);
    expect(odd).toMatchObject({
      ok: false,
      error: { code: 'E_EXPR', pointer: '/a~1b~0c', position: expect.any(Number) },
    });
    const [filter] = await host.evaluate([{ workspaceId: 'w', cel: 'delivery.n ==', context: {} }]);
    expect(filter).toMatchObject({ ok: false, error: { code: 'E_EXPR', position: expect.any(Number) } });
  });

  it('escapes text by the target of its place, in lists too', async () => {
    const value = {
      subject: { handlebars: '{{x}}' },
      blocks: [{ text: { handlebars: '{{x}}' } }],
      plain: { handlebars: '{{x}}' },
    };
    const text = { '/subject': 'header', '/blocks/*/text': 'mrkdwn' };
    const [result] = await host.evaluate([{ workspaceId: 'w', value, text, context: { x: '<!here>\r\nBcc: a' } }]);
    expect(result).toMatchObject({
      value: { subject: '<!here> Bcc: a', blocks: [{ text: '&lt;!here&gt;\r\nBcc: a' }], plain: '<!here>\r\nBcc: a' },
    });
  });

  it('refuses what is no JSON, too deep or too large, and evaluates the rest', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    let deep: unknown = 1;
    for (let depth = 0; depth < 100; depth += 1) deep = [deep];
    const results = await host.evaluate([
      jsonata('1', circle),
      jsonata('big', { big: 'x'.repeat(33 * 1024 * 1024) }),
      { workspaceId: 'w', value: deep, context: {} },
      jsonata('deep', { deep }),
      jsonata(`"${'x'.repeat(9_000)}"`),
      jsonata('$join([1..20].($$.big))', { big: 'x'.repeat(100_000) }),
      jsonata('[1..200000]'),
      jsonata('1 + 1'),
    ]);
    expect(values(results)).toEqual([
      'E_INPUT',
      'E_LIMIT',
      'E_LIMIT',
      'E_OUTPUT_TOO_LARGE',
      'E_LIMIT',
      'E_OUTPUT_TOO_LARGE',
      'E_LIMIT',
      2,
    ]);
  });

  it('takes expressions in a whole mebibyte of data', async () => {
    const items = Array.from({ length: 10_000 }, (_, id) => ({
      id,
      name: `person ${id}`,
      email: `p${id}@example.com`,
    }));
    const [result] = await host.evaluate([jsonata('$count(trigger.items[id < 10])', { trigger: { items } })]);
    expect(result).toMatchObject({ ok: true, value: 10 });
  });
});

describe('an evaluation that does not end', () => {
  it('fails alone and in time; the others of its message are answered', async () => {
    const results = await host.evaluate([jsonata('1'), jsonata(loop), jsonata('2'), jsonata(hang), jsonata('3')], {
      milliseconds: 400,
    });
    expect(values(results)).toEqual([1, 'E_EXPR_TIME', 2, 'E_EXPR_TIME', 3]);
  });

  it('leaves no work behind that the next one would pay for', async () => {
    const source = `[$error("first"), ${loop}]`;
    const results = await host.evaluate([jsonata(source), jsonata('"next"')]);
    expect(values(results)).toEqual(['E_EXPR', 'next']);
  });

  it('is held to the time that the caller allows', async () => {
    const [short] = await host.evaluate([jsonata(`{"short": ${loop}}`)], { milliseconds: 25 });
    expect(short).toMatchObject({
      ok: false,
      error: { code: 'E_EXPR_TIME', message: expect.stringContaining('25 ms') },
    });
  });

  it('gets more than its first slice when it needs it', async () => {
    const slow = jsonata('$count($sort($map([1..6000], function($n) { $n % 97 }), function($a, $b) { $a > $b }))');
    const [result] = await host.evaluate([slow], { milliseconds: 10_000 });
    expect(result).toMatchObject({ ok: true, value: 6_000 });
  }, 20_000);

  it('ends also when it waits for nothing', async () => {
    const waiting = '(function($then) { {"then": $then} })(function($resolve) { 1 })';
    expect(values(await host.evaluate([jsonata(waiting), jsonata('1')]))).toEqual(['E_EXPR_TIME', 1]);
  });
});

describe('an evaluation that eats memory', () => {
  it('fails alone, and the host goes on', async () => {
    const results = await host.evaluate([jsonata('1'), jsonata(outOfMemory), jsonata('2')]);
    expect(values(results)).toEqual([1, 'E_EXPR_MEMORY', 2]);
  });

  it('is refused at once when it comes again on the same data, and not on other data', async () => {
    const source = `{"again": ${outOfMemory}}`;
    expect(values(await host.evaluate([jsonata(source, { run: 1 })]))).toEqual(['E_EXPR_MEMORY']);
    const [again, other] = await host.evaluate([jsonata(source, { run: 1 }), jsonata('run', { run: 1 })]);
    expect(again).toEqual({ ok: false, error: expect.objectContaining({ code: 'E_EXPR_MEMORY' }), milliseconds: 0 });
    expect(other).toMatchObject({ ok: true, value: 1 });
  });
});

describe('twenty hostile expressions at once', () => {
  const hostile = Array.from({ length: 20 }, (_, n) => `{"n": ${n}, "x": ${[loop, hang, outOfMemory][n % 3]}}`);

  it('leave the others of their message and of other workspaces answered, with one process too', async () => {
    const single = start(1);
    const bad = single.evaluate(
      hostile.map((source) => jsonata(source, {}, 'attacker')),
      { milliseconds: 300 },
    );
    let done = false;
    const finished = bad.then(() => {
      done = true;
    });
    for (let n = 0; n < 20; n += 1) {
      expect(values(await single.evaluate([jsonata('n', { n }, 'neighbour')]))).toEqual([n]);
    }
    // They were answered while the hostile ones were still under way, not after them.
    expect(done).toBe(false);
    await finished;
    const codes = values(await bad);
    expect(codes.every((code) => code === 'E_EXPR_TIME' || code === 'E_EXPR_MEMORY')).toBe(true);
  }, 60_000);

  it('are not let wait without bound', async () => {
    const single = start(1);
    const slow = (n: number) => single.evaluate([jsonata(hang, { n }, 'attacker')], { milliseconds: 200 });
    expect(values(await slow(0))).toEqual(['E_EXPR_TIME']);
    const settled = Promise.allSettled(Array.from({ length: 130 }, (_, n) => slow(n + 1)));
    expect(values(await single.evaluate([jsonata('1', {}, 'attacker')]))).toEqual([1]);
    single.onApplicationShutdown();
    const refused = (await settled).filter((end) => end.status === 'fulfilled' && values(end.value)[0] === 'E_LIMIT');
    expect(refused.length).toBeGreaterThan(20);
  });
});

describe('a process that is killed from outside', () => {
  it('costs no answer', async () => {
    const single = start(1);
    await single.evaluate([jsonata('1')]);
    const slow = Array.from({ length: 50 }, (_, n) =>
      jsonata('$count($map([1..500], function($v) { $v + n }))', { n }),
    );
    const answers = single.evaluate(slow);
    for (const pid of childrenRunning(hostFile)) process.kill(pid, 'SIGKILL');
    expect(values(await answers)).toEqual(slow.map(() => 500));
  });
});

describe('a host that has been shut down', () => {
  it('refuses instead of hanging, also what was under way', async () => {
    const ended = start(1);
    await ended.evaluate([jsonata('1')]);
    const underWay = ended.evaluate([jsonata(hang), jsonata('1')]);
    ended.onApplicationShutdown();
    await expect(underWay).rejects.toThrow(/shut down/);
    await expect(ended.evaluate([jsonata('1')])).rejects.toThrow(/shut down/);
  });
});

/** Processes of this one that run the file. */
function childrenRunning(file: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
        return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file);
      } catch {
        return false;
      }
    });
}
