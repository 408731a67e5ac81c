import { expect, it } from 'vitest';
import { keysInSample } from './sample-keys.js';

it('offers the fields that look like ids first', () => {
  const sample = {
    body: { title: 'x', alert_cycle_key: 'k', user: { name: 'Jane', id: 7 } },
    headers: { 'x-request-id': 'r' },
  };
  expect(keysInSample(sample)).toEqual([
    '/body/alert_cycle_key',
    '/body/user/id',
    '/headers/x-request-id',
    '/body/title',
    '/body/user/name',
  ]);
});

it('has nothing to offer without a sample', () => {
  expect(keysInSample(undefined)).toEqual([]);
});
