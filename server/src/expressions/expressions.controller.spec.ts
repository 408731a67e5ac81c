import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import type { Actor } from '../platform/routes/index.js';
import { ExpressionHost } from './expression-host.js';
import { ExpressionsController } from './expressions.controller.js';

let hostFile: string;
let host: ExpressionHost;
let controller: ExpressionsController;

beforeAll(async () => {
  hostFile = await bundleHost();
  host = new ExpressionHost({ processes: 1, files: { host: hostFile } });
  controller = new ExpressionsController(host);
});
afterAll(async () => {
  host.onApplicationShutdown();
  await removeHost(hostFile);
});

const actor = { workspaceId: 'w' } as Actor;
const evaluate = (value: unknown, context: Record<string, unknown> = {}) =>
  controller.evaluate(actor, { params: { ws: 'w' }, query: undefined, body: { value, context }, revision: 0 });

it('a preview gives the value, its type and shape, and the time that it took', async () => {
  expect(await evaluate({ jsonata: 'trigger.n' }, { trigger: { n: 3 } })).toEqual({
    ...{ ok: true, value: 3, type: 'number', shape: 'number', milliseconds: expect.any(Number) },
  });
  const types = ['"a"', 'true', '[1]', '{"a": 1}', 'nothing'].map((jsonata) => evaluate({ jsonata }));
  expect((await Promise.all(types)).map((answer) => 'type' in answer && answer.type)).toEqual([
    ...['string', 'boolean', 'array', 'object', 'null'],
  ]);
});

it('a preview that fails says what and where', async () => {
  expect(await evaluate({ text: { jsonata: 'a.(' } })).toEqual({
    ok: false,
    error: {
      ...{ code: 'E_EXPR', message: expect.any(String), pointer: '/text' },
      ...{ position: 2, length: 1, line: 1, column: 3 },
    },
    milliseconds: expect.any(Number),
  });
  const wrong = ['{\n  "a": $uppercas("x")\n}', '[1,\n$sha256(7)]', '1 + "a"'];
  const answers = await Promise.all(wrong.map((jsonata) => evaluate({ list: [{ jsonata }] })));
  expect(answers.map((answer) => 'error' in answer && answer.error)).toMatchObject([
    {
      pointer: '/list/0',
      position: 9,
      length: 9,
      line: 2,
      column: 8,
      message: 'There is no function $uppercas. (T1006)',
    },
    { position: 4, length: 7, line: 2, column: 1 },
    { position: 2, length: 1, line: 1, column: 3 },
  ]);
  const template = await evaluate({ handlebars: 'Hello\n{{join name}}' }, { name: 'x' });
  expect(template).toMatchObject({ error: { position: 6, line: 2, column: 1 } });
});

it('a preview says in a few words what a value looks like', async () => {
  const people = [{ id: 1, mail: 'a@b.ch' }, { id: 2 }];
  expect(await evaluate({ jsonata: 'people' }, { people })).toMatchObject({ shape: 'list of 2 objects with id, mail' });
});

it('sample data may have one mebibyte', async () => {
  await expect(evaluate(1, { big: 'x'.repeat(1024 * 1024) })).rejects.toMatchObject({ code: 'too_large' });
});
