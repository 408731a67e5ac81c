import { describe, expect, it } from 'vitest';
import { jsonOnly } from './json-only.js';
import type { InboundRequest, JsonValue } from './types.js';

const said = (body: JsonValue, contentType = 'application/json') => {
  const headers = { 'content-type': contentType };
  const delivery: InboundRequest = { method: 'POST', headers, query: {}, rawBody: Buffer.from(''), body };
  return jsonOnly('Choose JSON.')(delivery, {});
};

describe('a vendor that sends JSON only', () => {
  it.each([[{ any: 'event' }], [{}]])('is heard when it sends %j', (body) => {
    expect(said(body)).toBeNull();
  });

  it.each([['{"cut":'], [null], [[]], [1]])('is told what to do when it sends %j', (body) => {
    expect(said(body)).toBe('The body is no JSON object. Choose JSON.');
  });

  it('is told what to do when it sends a form', () => {
    expect(said({ payload: '{}' }, 'application/x-www-form-urlencoded; charset=utf-8')).toContain('Choose JSON.');
  });
});
