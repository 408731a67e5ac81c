import { expect, it } from 'vitest';
import { corsHeaders, preflightHeaders } from './cors.js';

const page = 'https://app.example.com';
const asks = { method: 'OPTIONS', headers: { origin: page, 'access-control-request-method': 'POST' } };
const methods = ['POST'];

it('tells a browser nothing unless the trigger allows the origin of its page, letter by letter', () => {
  expect(corsHeaders(undefined, page)).toEqual({});
  expect(corsHeaders([page], undefined)).toEqual({});
  for (const origin of ['https://app.example.com.evil.com', 'http://app.example.com', 'null', 'https://evil.com']) {
    expect(corsHeaders([page], origin)).toEqual({ vary: 'Origin' });
    expect(preflightHeaders({ cors: [page], methods }, { ...asks, headers: { ...asks.headers, origin } })).toBeNull();
  }
  expect(corsHeaders([page], page)).toMatchObject({ 'access-control-allow-origin': page });
  expect(corsHeaders(['*'], 'https://evil.com')).toMatchObject({ 'access-control-allow-origin': '*' });
});

it('answers a browser that asks first, and never lets credentials along', () => {
  const wanted = { ...asks, headers: { ...asks.headers, 'access-control-request-headers': 'content-type, x-id' } };
  const answer = preflightHeaders({ cors: [page], methods: ['POST', 'PUT'] }, wanted);
  expect(answer).toMatchObject({
    'access-control-allow-origin': page,
    'access-control-allow-methods': 'POST, PUT',
    'access-control-allow-headers': 'content-type, x-id',
  });
  expect(answer).not.toHaveProperty('access-control-allow-credentials');
  expect(preflightHeaders({ methods }, asks)).toBeNull();
  expect(preflightHeaders({ cors: [page], methods }, { ...asks, method: 'POST' })).toBeNull();
  const split = { ...asks, headers: { ...asks.headers, 'access-control-request-headers': 'x\r\nx-evil: 1' } };
  expect(preflightHeaders({ cors: [page], methods }, split)).not.toHaveProperty('access-control-allow-headers');
});
