import { expect, test, vi } from 'vitest';

test('the door for the sandbox loads neither zod nor a parser of expressions', async () => {
  const refuse = (name: string) => () => {
    throw new Error(`${name} was loaded`);
  };
  vi.doMock('zod', refuse('zod'));
  vi.doMock('jsonata', refuse('jsonata'));
  vi.doMock('handlebars', refuse('handlebars'));
  await expect(import('./runtime.js')).resolves.toHaveProperty('topologicalOrder');
  await expect(import('./index.js')).rejects.toThrow();
});
