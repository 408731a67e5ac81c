import { describe, expect, it } from 'vitest';
import { checkSender, isAmong, type SenderRules } from './sender-check.js';

const now = new Date('2026-03-01T12:00:00Z');
const arrival = (over: object = {}) => ({
  ...{ method: 'POST', headers: {}, query: {}, rawBody: Buffer.from('{}'), source: '203.0.113.7' },
  ...over,
});
const open: SenderRules = { methods: ['POST'], signature: null, allowFrom: null };

describe('a network address', () => {
  it.each([
    ['203.0.113.7', ['203.0.113.7'], true],
    ['203.0.113.8', ['203.0.113.7'], false],
    ['203.0.113.200', ['198.51.100.0/24', '203.0.113.0/24'], true],
    ['203.0.114.1', ['203.0.113.0/24'], false],
    ['::ffff:203.0.113.7', ['203.0.113.0/24'], true],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db9::1', ['2001:db8::/32', '0.0.0.0/0'], false],
    ['203.0.113.7, 10.0.0.1', ['203.0.113.0/24'], false],
    ['', ['0.0.0.0/0'], false],
    [null, ['0.0.0.0/0'], false],
  ])('%s is among %j: %s', (source, allowed, verdict) => {
    expect(isAmong(source, allowed)).toBe(verdict);
  });
});

describe('a sender', () => {
  it('is let in by its address alone only where nothing is signed', () => {
    const rules = { ...open, allowFrom: ['203.0.113.0/24'] };
    expect(checkSender(rules, arrival(), now).refusal).toBeNull();
    expect(checkSender(rules, arrival({ source: '198.51.100.1' }), now).refusal).toContain('198.51.100.1');
    const signed = { ...rules, signature: { scheme: 'bearer', fields: { webhookToken: 'right' } } };
    expect(checkSender(signed, arrival(), now).refusal).toBe('The bearer token is missing.');
  });

  it('cannot choose its address; a proxy that is not trusted is named', () => {
    const spoofed = arrival({ source: '10.0.0.1', headers: { 'x-forwarded-for': '203.0.113.7' } });
    const { refusal } = checkSender({ ...open, allowFrom: ['203.0.113.0/24'] }, spoofed, now);
    expect(refusal).toContain('TRUST_PROXY');
  });

  it('asks a question only where its address is allowed', () => {
    const okta = { ...open, signature: { scheme: 'okta', fields: { webhookToken: 'x' } }, allowFrom: ['203.0.113.7'] };
    const question = { method: 'GET', headers: { 'x-okta-verification-challenge': 'c' } };
    expect(checkSender(okta, arrival(question), now).challenge).toEqual({ status: 200, body: { verification: 'c' } });
    expect(checkSender(okta, arrival({ ...question, source: '192.0.2.1' }), now).challenge).toBeNull();
  });

  it.each([
    [{ methods: ['PUT'] }, 'The trigger does not take POST.'],
    [{ signature: { scheme: 'magic', fields: {} } }, 'This server does not know the signature scheme magic.'],
    [{ signature: { scheme: 'slack', fields: null } }, 'The trigger has no connection to verify the sender by.'],
  ])('is refused by %j', (rules, reason) => {
    expect(checkSender({ ...open, ...rules }, arrival(), now).refusal).toBe(reason);
  });
});
