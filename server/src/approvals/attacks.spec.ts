import { randomBytes } from 'node:crypto';
import { rolePermissions } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { EncryptionKeys, Sealer } from '../platform/crypto/index.js';
import { readLink, signLink } from './approval-link.js';
import { capacityOf, type Decider, type Question } from './who-decides.js';

const sealerOf = (bytes = randomBytes(32)) => new Sealer(new EncryptionKeys({ bytes, id: 'one', foundIn: 'a test' }));
const sealer = sealerOf();
const isSigned = (text: string, signature: string) => sealer.isSigned(text, signature);
const asked = { approvalId: '019a0000-0000-7000-8000-000000000001', recipient: 'ann@example.com' };
const link = signLink(asked, (text) => sealer.sign(text));

describe('a link out of an e-mail', () => {
  it('says which approval and who was asked', () => {
    expect(readLink(link, isSigned)).toEqual(asked);
  });

  it('is refused when any one of its characters is another, or missing, or one more', () => {
    for (let at = 0; at < link.length; at += 1) {
      const other = link[at] === 'a' ? 'b' : 'a';
      expect(readLink(link.slice(0, at) + other + link.slice(at + 1), isSigned), `at ${at}`).toBeNull();
      expect(readLink(link.slice(0, at) + link.slice(at + 1), isSigned), `without ${at}`).toBeNull();
    }
    for (const more of [
      `${link}0`,
      `${link}.`,
      ` ${link}`,
      `${link}\n`,
      link.toUpperCase(),
      '',
      '..',
      'x'.repeat(2_000),
    ])
      expect(readLink(more, isSigned)).toBeNull();
  });

  it('of one approval or recipient is none of another', () => {
    const [, recipient, signature] = link.split('.');
    const another = '019a0000-0000-7000-8000-000000000002';
    expect(readLink([another, recipient, signature].join('.'), isSigned)).toBeNull();
    const eve = Buffer.from('eve@example.com').toString('base64url');
    expect(readLink([asked.approvalId, eve, signature].join('.'), isSigned)).toBeNull();
  });

  it('cannot be made without our key, nor out of another hash of ours', () => {
    expect(
      readLink(
        signLink(asked, (text) => sealerOf().sign(text)),
        isSigned,
      ),
    ).toBeNull();
    expect(
      readLink(
        signLink(asked, (text) => sealer.mac(text)),
        isSigned,
      ),
    ).toBeNull();
    expect(
      readLink(
        signLink(asked, (text) => sealer.hash(text)),
        isSigned,
      ),
    ).toBeNull();
  });
});

describe('somebody who wants to decide about themselves', () => {
  const person = (email: string, name: string): Decider => ({
    ...{ email, name, role: 'admin', permissions: new Set(rolePermissions.admin) },
  });
  const eve = person('eve@example.com', 'Eve');
  const ann = person('ann@example.com', 'Ann');
  const about = (over: Partial<Question>): Question => ({
    ...{ kind: 'step', approvers: ['ann@example.com'], subject: null, startedBy: [], decisions: [] },
    ...over,
  });

  it.each([
    'EVE@EXAMPLE.COM',
    'eve+1@example.com',
    '"eve"@example.com',
    'Eve <eve@example.com>',
    'eve@example.com.',
    'еve@example.com, eve@example.com',
    'e\u200bve@example.com',
    'eve%40example.com',
    'eve',
  ])('does not as the deputy of who is asked, spelled %s', (subject) => {
    expect(capacityOf(eve, [ann], about({ subject }))).toBeNull();
    expect(capacityOf(eve, [ann], about({ startedBy: [subject, 'eve+2@example.com'] }))).toBeNull();
  });

  it('does not by a deputy of their own, nor through two deputies', () => {
    const helper = person('helper@example.com', 'Helper');
    expect(capacityOf(helper, [eve], about({ approvers: ['eve@example.com'], subject: 'eve@example.com' }))).toBeNull();
    expect(capacityOf(helper, [eve], about({}))).toBeNull();
    expect(capacityOf(eve, [ann], about({}))).toEqual({ for: 'ann@example.com' });
  });

  it('does not with a second account, nor twice', () => {
    const second = person('eve+second@example.com', 'E.');
    const all = about({ approvers: ['role:admin'], subject: 'eve@example.com' });
    expect(capacityOf(second, [], all)).toBeNull();
  });
});
