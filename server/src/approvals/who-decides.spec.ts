import { rolePermissions } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { capacityOf, type Decider, hasDecided, type Question } from './who-decides.js';

const person = (email: string, over: Partial<Decider> = {}): Decider => ({
  ...{ email, name: 'Ada Okafor', role: 'approver', permissions: new Set(rolePermissions.approver) },
  ...over,
});
const question = (over: Partial<Question> = {}): Question => ({
  ...{ kind: 'step', approvers: ['role:approver', 'ben@example.com'], subject: null, startedBy: [], decisions: [] },
  ...over,
});
const ada = person('Ada@example.com');
const mayDecide = (one: Decider, asked: Question) => capacityOf(one, [], asked) !== null;

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
    expect(hasDecided('ada@example.com', decisions)).toBe(true);
    expect(hasDecided('ben@example.com', decisions)).toBe(false);
  });
});

describe('a change of protected people', () => {
  const admin = (email: string) => person(email, { role: 'admin', permissions: new Set(rolePermissions.admin) });
  const held = question({ kind: 'protected', approvers: ['role:admin'] });

  it('is let through by an administrator, and by no deputy who is none', () => {
    expect(capacityOf(admin('root@example.com'), [], held)).toEqual({ for: null });
    expect(capacityOf(person('eve@example.com'), [admin('root@example.com')], held)).toBeNull();
  });

  it('is let through by a deputy who is an administrator, for themselves', () => {
    expect(capacityOf(admin('eve@example.com'), [admin('root@example.com')], held)).toEqual({ for: null });
  });
});

describe('a deputy', () => {
  const eve = person('eve@example.com', { name: 'Eve', role: 'admin', permissions: new Set(rolePermissions.admin) });
  const ben = person('ben@example.com', { name: 'Ben' });
  const asked = (over: Partial<Question> = {}) =>
    question({ approvers: ['ada@example.com', 'ben@example.com'], ...over });
  const decided = (by: string, over: { for?: string } = {}) => ({
    ...{ by, decision: 'approve' as const, comment: null, at: '' },
    ...over,
  });

  it('decides for whom they stand in, named or of a role that is asked, and in their own right where they are asked', () => {
    expect(capacityOf(eve, [ada], asked())).toEqual({ for: 'Ada@example.com' });
    expect(capacityOf(eve, [ada], question())).toEqual({ for: 'Ada@example.com' });
    expect(capacityOf(eve, [ada], asked({ approvers: ['eve@example.com', 'ada@example.com'] }))).toEqual({ for: null });
    expect(capacityOf(eve, [], asked())).toBeNull();
    expect(capacityOf(eve, [person('cy@example.com')], asked())).toBeNull();
  });

  it('decides nothing about themselves, and nothing that they started', () => {
    expect(capacityOf(eve, [ada], asked({ subject: 'eve+x@example.com' }))).toBeNull();
    expect(capacityOf(eve, [ada], asked({ startedBy: ['EVE@example.com'] }))).toBeNull();
  });

  it('decides nothing for somebody who must not decide it', () => {
    expect(capacityOf(eve, [ada], asked({ subject: 'Ada Okafor' }))).toBeNull();
    expect(capacityOf(eve, [ada], asked({ startedBy: ['ada@example.com'] }))).toBeNull();
    const viewer = { role: 'viewer' as const, permissions: new Set(rolePermissions.viewer) };
    expect(capacityOf(eve, [person('ada@example.com', viewer)], asked())).toBeNull();
    expect(capacityOf(person('eve@example.com', viewer), [ada], asked())).toBeNull();
  });

  it('decides for each person once: what one of both has decided the other does not decide again', () => {
    expect(capacityOf(eve, [ada], asked({ decisions: [decided('ada@example.com')] }))).toBeNull();
    expect(hasDecided('ada@example.com', [decided('eve@example.com', { for: 'Ada@example.com' })])).toBe(true);
    const first = asked({ decisions: [decided('eve@example.com', { for: 'Ada@example.com' })] });
    expect(capacityOf(eve, [ada, ben], first)).toEqual({ for: 'ben@example.com' });
    expect(hasDecided('eve@example.com', first.decisions)).toBe(true);
  });
});
