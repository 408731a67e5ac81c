import { rolePermissions } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { type Decider, hasDecided, mayDecide, type Question } from './who-decides.js';

const person = (email: string, over: Partial<Decider> = {}): Decider => ({
  ...{ email, name: 'Ada Okafor', role: 'approver', permissions: new Set(rolePermissions.approver) },
  ...over,
});
const question = (over: Partial<Question> = {}): Question => ({
  ...{ approvers: ['role:approver', 'ben@example.com'], subject: null, startedBy: [], decisions: [] },
  ...over,
});
const ada = person('Ada@example.com');

describe('an approval is decided by', () => {
  it('whom it names, by address or role, and nobody else', () => {
    expect(mayDecide(ada, question())).toBe(true);
    expect(mayDecide(person('BEN@example.com', { role: 'admin' }), question())).toBe(true);
    expect(mayDecide(person('cy@example.com', { role: 'admin' }), question())).toBe(false);
  });

  it('nobody whose role does not decide, named or not', () => {
    const viewer = { role: 'viewer' as const, permissions: new Set(rolePermissions.viewer) };
    expect(mayDecide(person('ben@example.com', viewer), question())).toBe(false);
  });

  it.each([
    'ada@example.com',
    'ADA+hr@EXAMPLE.com',
    'Ada Okafor <ada@example.com>',
    'mailto:ada@example.com.',
    'ada%40example.com',
    'ａda@example.com',
    'ben@example.com, ada@example.com',
    ' ada   OKAFOR ',
  ])('never the person concerned: %s', (subject) => {
    expect(mayDecide(ada, question({ subject }))).toBe(false);
    expect(mayDecide(person('eve@example.com', { name: 'Eve' }), question({ subject }))).toBe(true);
  });

  it('never who started the run, in any spelling, where the approval says so', () => {
    expect(mayDecide(ada, question({ startedBy: ['ada+2@example.com'] }))).toBe(false);
    expect(mayDecide(ada, question({ startedBy: ['ben@example.com'] }))).toBe(true);
  });

  it('one person once, whatever address they come by', () => {
    const decisions = [{ by: 'ada+1@example.com', decision: 'approve' as const, comment: null, at: '' }];
    expect(hasDecided('ada@example.com', question({ decisions }))).toBe(true);
    expect(hasDecided('ben@example.com', question({ decisions }))).toBe(false);
  });
});
