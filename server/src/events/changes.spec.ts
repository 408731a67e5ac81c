import { expect, test } from 'vitest';
import { announce, readChange } from './changes.js';

test('a change is told in notifications that Postgres takes, however many ids', async () => {
  const sent: string[] = [];
  const sql = {
    query: async <Row>(_text: string, values: unknown[] = []): Promise<Row[]> => {
      sent.push(String(values[1]));
      return [];
    },
  };
  const ids = Array.from({ length: 500 }, (_, index) => `${index}`.padStart(36, '0'));
  await announce(sql, '0'.repeat(36), 'runs', ids);
  expect(Math.max(...sent.map((payload) => Buffer.byteLength(payload)))).toBeLessThanOrEqual(7_900);
  const read = sent.map((payload) => readChange(payload));
  expect(read.flatMap((change) => change?.ids)).toEqual(ids);
  expect(new Set(read.map((change) => change?.topic))).toEqual(new Set(['runs']));
});

test('what is no change is no change', () => {
  expect([readChange(''), readChange('w'), readChange('w secrets 1')]).toEqual([null, null, null]);
});
