import { describe, expect, it } from 'vitest';
import { documentOf, textOf } from './jira-text.js';

const content = (text: string) => documentOf(text).content;
const plain = (text: string) => ({ type: 'text', text });

describe('A text as a document of Jira', () => {
  it('has a paragraph for each part between empty lines, and a break for each line in it', () => {
    expect(content('one\ntwo\r\n\nthree')).toEqual([
      { type: 'paragraph', content: [plain('one'), { type: 'hardBreak' }, plain('two')] },
      { type: 'paragraph', content: [plain('three')] },
    ]);
  });

  it('has headings, lists and code', () => {
    expect(content('## Revoked\n- AWS\n* Okta\n1. first\n```\nif (a < b)\n```\nend')).toMatchObject([
      { type: 'heading', attrs: { level: 2 }, content: [plain('Revoked')] },
      { type: 'bulletList', content: [{ content: [{ content: [plain('AWS')] }] }, {}] },
      { type: 'orderedList', content: [{ type: 'listItem' }] },
      { type: 'codeBlock', content: [plain('if (a < b)')] },
      { type: 'paragraph', content: [plain('end')] },
    ]);
  });

  it('shows of a link where it leads, whatever was written around it', () => {
    expect(content('see [Okta](https://evil.example/x).')).toEqual([
      {
        type: 'paragraph',
        content: [
          plain('see [Okta]('),
          { ...plain('https://evil.example/x'), marks: [{ type: 'link', attrs: { href: 'https://evil.example/x' } }] },
          plain(').'),
        ],
      },
    ]);
  });

  it('marks what is bold and what is code', () => {
    expect(content('**now** run `ls`')).toMatchObject([
      { content: [{ text: 'now', marks: [{ type: 'strong' }] }, plain(' run '), { marks: [{ type: 'code' }] }] },
    ]);
  });

  it('is empty when it is, and never holds an empty text, which Jira refuses', () => {
    expect(content('')).toEqual([]);
    expect(content('```\n```\n****')).toEqual([
      { type: 'codeBlock', content: [] },
      { type: 'paragraph', content: [plain('****')] },
    ]);
  });
});

describe('A document as a text', () => {
  it('reads as it was written', () => {
    const text = 'Access of **Jane** ended\nsee https://opal.example/r/1\n- AWS\n- Okta\nDone.';
    expect(textOf(documentOf(text))).toBe(text.replaceAll('**', ''));
  });

  it('names people and cards, and is empty where there is none', () => {
    const mention = { type: 'mention', attrs: { id: '1', text: '@Jane' } };
    const card = { type: 'inlineCard', attrs: { url: 'https://example.com' } };
    const paragraph = { type: 'paragraph', content: [mention, plain(' '), card] };
    expect(textOf({ type: 'doc', version: 1, content: [paragraph] })).toBe('@Jane https://example.com');
    expect(textOf(null)).toBe('');
    expect(textOf('already a text')).toBe('already a text');
  });
});
