import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guarantees = readFileSync(`${root}/docs/guarantees.md`, 'utf8').replaceAll('\n', ' ');

/** The titles in brackets, which stand for tests; links have their address behind them. */
const named = [...guarantees.matchAll(/\[([^\]]+)\](?!\()/g)].map((found) => found[1] ?? '');

const suites = readdirSync(`${root}/server/test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(`${root}/server/test/${file}`, 'utf8'))
  .join('\n');

test('promises name tests', () => {
  expect(named.length).toBeGreaterThan(10);
});

test.each(named)('there is a test "%s"', (title) => {
  expect(suites).toContain(`test('${title}'`);
});
