import { describe, expect, it } from 'vitest';
import { fitsPattern, mailboxesIn, mailboxOf, wordsIn } from './spellings.js';

describe('the spellings of an address', () => {
  it.each([
    ['Ada.Okafor@Example.COM'],
    ['  ada.okafor@example.com '],
    ['ada.okafor+opal@example.com'],
    ['Ada Okafor <ada.okafor@example.com>'],
    ['"ada.okafor"@example.com'],
    ['mailto:ada.okafor@example.com'],
    ['ada.okafor%40example.com'],
    ['ada.okafor@example.com.'],
    ['ada.oka\u200bfor@example.com'],
    ['ａｄａ.okafor＠example.com'],
  ])('%s is one mailbox', (text) => {
    expect(mailboxOf(text)).toBe('ada.okafor@example.com');
  });

  it('does not look at dots where Gmail does not, and only there', () => {
    expect(mailboxOf('j.a.n.e@googlemail.com')).toBe(mailboxOf('jane@gmail.com'));
    expect(mailboxOf('j.ane@example.com')).not.toBe(mailboxOf('jane@example.com'));
  });

  it.each(['', 'jane', '@example.com', 'jane@', 'jane doe@example.com'])('%j is no address', (text) => {
    expect(mailboxOf(text)).toBeNull();
  });

  it('are found in an address of the web and in words', () => {
    expect(mailboxesIn('https://idp.example.com/users/Ada.Okafor%40example.com/roles?x=1')).toEqual([
      'ada.okafor@example.com',
    ]);
    expect(mailboxesIn('{"user":"ada.okafor+x@example.com"}')).toEqual(['ada.okafor@example.com']);
    expect(wordsIn('/users/U0ADA/roles')).toContain('u0ada');
  });
});

describe('a group of addresses', () => {
  it('takes what stands for its star, and nothing of another domain', () => {
    expect(fitsPattern('svc-backup@example.com', 'svc-*@Example.com')).toBe(true);
    expect(fitsPattern('svc-backup@example.com.evil.org', 'svc-*@example.com')).toBe(false);
    expect(fitsPattern('chair@board.example.com', '*@*.example.com')).toBe(true);
    expect(fitsPattern('jane@example.com', '*@board.example.com')).toBe(false);
  });
});
