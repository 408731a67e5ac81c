import { describe, expect, test } from 'vitest';
import { searchQuery, searchWords, triggerTexts, wordGroups } from './words.js';

describe('the words of a text', () => {
  test.each([
    ['Alice Smith', [['alice'], ['smith']]],
    ['alice.smith@example.com', [['alice', 'smith', 'example', 'com']]],
    ['INC-1042: disk full', [['inc', '1042'], ['disk'], ['full']]],
    ['from 10.20.30.40 at 2026-11-21', [['from'], ['10.20.30.40'], ['at'], ['2026-11-21']]],
    ['run 019aa3f0-1111-7abc-8def-0123456789ab', [['run'], ['019aa3f0-1111-7abc-8def-0123456789ab']]],
    ['Zoë Ångström', [['zoë'], ['ångström']]],
    ['＠＠ -- !!', []],
    ['since 2026-11-21T10:00:00.123Z', [['since']]],
  ])('%s', (text, groups) => expect(wordGroups(text)).toEqual(groups));

  test('are kept within bounds, the earlier first', () => {
    const words = searchWords(['first', Array.from({ length: 500 }, (_, at) => `w${at}`).join(' '), 'x'.repeat(500)]);
    expect(words.length).toBeLessThanOrEqual(60);
    expect(words[0]).toBe('first');
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(60);
    expect(searchWords(Array.from({ length: 100 }, (_, at) => `word${at}`))).toHaveLength(60);
  });
});

describe('what started a run', () => {
  test('is searched by the texts and numbers of its body, those that stand higher first, and not by headers', () => {
    const data = {
      id: 'hook',
      headers: { 'user-agent': 'Datadog' },
      query: { team: 'red' },
      body: { user: { email: 'alice@example.com' }, title: 'Sign-in', count: 3, on: true, none: null },
    };
    expect([...triggerTexts(data)]).toEqual(['Sign-in', '3', 'red', 'alice@example.com']);
  });

  test('is looked at within bounds', () => {
    const wide = { body: Array.from({ length: 1_000_000 }, (_, at) => at) };
    expect([...triggerTexts(wide)].length).toBeLessThanOrEqual(200);
    expect([...triggerTexts({ input: 'one' }), ...triggerTexts(null)]).toEqual(['one']);
  });
});

describe('the question for the index', () => {
  const flows = [
    { id: 'f1', name: 'Laptop return' },
    { id: 'f2', name: 'Laptop order' },
  ];

  test.each([
    ['alice', "(('alice':*))", null],
    ['alice smi', "(('alice':*)) & (('smi':*))", null],
    ['alice@exa', "(('alice' & 'exa':*))", "(('alice'))"],
    ['a', "(('a'))", "(('a'))"],
    ['laptop', "(('laptop':*) | '=f1' | '=f2')", null],
    ['laptop-ret x', "(('laptop' & 'ret':*) | '=f1') & (('x'))", "(('laptop') | '=f1') & (('x'))"],
    ["o'neil'); drop", "(('o' & 'neil':*)) & (('drop':*))", "(('o'))"],
  ])('%s', (text, all, whole) => expect(searchQuery(text, flows)).toEqual({ all, whole }));

  test('is none when the text has no word', () => expect(searchQuery(' -- ', flows)).toBeNull());
});
