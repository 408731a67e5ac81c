import { describeConnector } from '@castellan/sdk';
import { testConnector } from '@castellan/sdk/testing';
import { expect, it } from 'vitest';
import { webhook } from './webhook.connector.js';

testConnector(webhook, null, new URL('./fixtures/exchanges.json', import.meta.url));

it('has a way to sign in for each scheme that it lends its secret to', () => {
  const { auth, schemes } = describeConnector(webhook);
  expect(auth.map(({ kind }) => kind)).toEqual(schemes.map(({ id }) => id));
  expect(auth.every(({ secrets }) => secrets.length > 0)).toBe(true);
});
