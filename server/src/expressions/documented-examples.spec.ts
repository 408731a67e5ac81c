import { fileURLToPath } from 'node:url';
import { allFunctions, type Example, exampleNow, signatureOf, templateHelpers } from '@castellan/flow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHost, removeHost } from '../../test/expression-host.js';
import { expressionsPage } from '../../test/expressions-page.js';
import { ExpressionHost } from './expression-host.js';
import { builtinNames } from './host/jsonata-builtins.js';
import { helpers } from './host/template-helpers.js';

let hostFile: string;
let host: ExpressionHost;

beforeAll(async () => {
  hostFile = await bundleHost();
  host = new ExpressionHost({ processes: 1, files: { host: hostFile } });
});
afterAll(async () => {
  host.onApplicationShutdown();
  await removeHost(hostFile);
});

/** What the hardened process, as the server starts it, gives for an example. */
async function given(language: 'jsonata' | 'handlebars', { source, data = {} }: Example): Promise<unknown> {
  const request = { workspaceId: 'w', value: { [language]: source }, context: data, now: exampleNow };
  const [result] = await host.evaluate([request]);
  return result?.ok ? result.value : result?.error;
}

describe('every documented example gives what it says, in the expression host', () => {
  it.each(allFunctions.map((one) => [signatureOf(one), one.example] as const))('%s', async (_, example) => {
    expect(await given('jsonata', example)).toEqual(example.gives);
  });

  it.each(templateHelpers.map((one) => [one.usage, one.example] as const))('%s', async (_, example) => {
    expect(await given('handlebars', example)).toEqual(example.gives);
  });
});

describe('the table of functions', () => {
  it('has every function that expressions can call, once', () => {
    const names = allFunctions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const unavailable = ['eval'];
    const known = [...builtinNames, 'now', 'millis'].filter((name) => !unavailable.includes(name));
    expect(known.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('says of each what type it gives', () => {
    const types = { text: 'string', number: 'number', 'yes or no': 'boolean', list: 'array', object: 'object' };
    const wrong = allFunctions.filter(({ name, gives, example }) => {
      if (gives === 'any' || !example.source.startsWith(`$${name}(`) || !example.source.endsWith(')')) return false;
      const type = Array.isArray(example.gives) ? 'array' : typeof example.gives;
      return types[gives] !== type;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('has every helper of templates', () => {
    const names = templateHelpers.map(({ name }) => name).sort();
    expect(names).toEqual([...Object.keys(helpers), 'each', 'if', 'unless', 'with'].sort());
  });
});

it('docs/expressions.md is made of it', async () => {
  const page = fileURLToPath(new URL('../../../docs/expressions.md', import.meta.url));
  await expect(expressionsPage()).toMatchFileSnapshot(page);
});
