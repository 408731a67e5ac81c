import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type AuditEntry, firstBreak, firstLink, linkOf } from './chain.js';

type Row = AuditEntry & { hash: string };
const mac = (text: string) => createHash('sha256').update(`key ${text}`).digest('hex');
const isLink = (text: string, hash: string) => mac(text) === hash;
const start = { seq: 0, hash: firstLink };

function aChain(length: number): Row[] {
  let previous = firstLink;
  return Array.from({ length }, (_, index) => {
    const entry: AuditEntry = {
      ...{ workspaceId: 'w', seq: index + 1, at: '2026-01-01T00:00:00.000Z', actor: 'a@b.c', actorId: null },
      ...{ action: 'flow.save', objectType: 'flow', objectId: `f${index}`, objectName: null },
      ...{ before: null, after: { n: index, list: [1, { b: 2, a: 1 }] }, previous },
    };
    previous = mac(linkOf(entry));
    return { ...entry, hash: previous };
  });
}

describe('the chain of the audit', () => {
  test('is whole as it was written', () => {
    expect(firstBreak(aChain(5), start, isLink)).toBeNull();
  });

  test('does not depend on the order of keys, which jsonb changes', () => {
    const rows = aChain(2).map((row) => ({ ...row, after: JSON.parse('{"list":[1,{"a":1,"b":2}],"n":0}') }));
    expect(firstBreak(rows.slice(0, 1), start, isLink)).toBeNull();
  });

  test.each<[string, (rows: Row[]) => Row[], number]>([
    ['an altered value', (rows) => rows.with(2, { ...rows[2]!, after: { n: 99 } }), 3],
    ['an altered actor', (rows) => rows.with(1, { ...rows[1]!, actor: 'other' }), 2],
    ['a deleted row', (rows) => rows.toSpliced(2, 1), 3],
    ['two rows in each other’s place', (rows) => [rows[0]!, rows[2]!, rows[1]!, ...rows.slice(3)], 2],
    ['a forged row whose hash was made without the key', (rows) => forge(rows), 2],
    ['a beginning that was cut off', (rows) => rows.slice(1), 1],
  ])('names the first row that is wrong after %s', (_, tamper, brokenAt) => {
    expect(firstBreak(tamper(aChain(5)), start, isLink)).toBe(brokenAt);
  });
});

function forge(rows: Row[]): Row[] {
  const entry = { ...rows[1]!, after: { forged: true } };
  return rows.with(1, { ...entry, hash: createHash('sha256').update(linkOf(entry)).digest('hex') });
}
