import { afterEach, expect, test, vi } from 'vitest';

const parsers = ['zod', 'jsonata', 'handlebars'];

afterEach(() => {
  for (const name of parsers) vi.doUnmock(name);
  vi.resetModules();
});

test('the door for the sandbox loads neither zod nor a parser of expressions', async () => {
  const refuse = (name: string) => () => {
    throw new Error(`${name} was loaded`);
  };
  // Other specs may have loaded them before.
  vi.resetModules();
  for (const name of parsers) vi.doMock(name, refuse(name));
  await expect(import('./runtime.js')).resolves.toHaveProperty('topologicalOrder');
  await expect(import('./index.js')).rejects.toThrow();
});
