import { isObject, type JsonObject, type JsonValue } from '@castellan/sdk';

/**
 * Texts and Jira's document format (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/).
 * A text may use `# headings`, `- ` and `1. ` lists, ``` fences, `**bold**` and `` `code` ``; addresses become links to
 * themselves. There is no way to write a link that shows another text than its address, so that values put into a text
 * cannot lead anybody astray.
 */
export function documentOf(text: string): JsonObject {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const content: JsonValue[] = [];
  let index = 0;
  while (index < lines.length) {
    const block = blocks.map((read) => read(lines, index)).find((found) => found !== null);
    const { node, next } = block ?? paragraph(lines, index);
    if (node) content.push(node);
    index = next;
  }
  return { type: 'doc', version: 1, content };
}

/** What a person reads in a document, one line a paragraph or list item; a text as it is; of anything else nothing. */
export function textOf(document: JsonValue): string {
  if (typeof document === 'string') return document;
  return blockText(document).trim();
}

interface Block {
  node: JsonObject | null;
  /** The first line after it. */
  next: number;
}

type ReadBlock = (lines: string[], index: number) => Block | null;

const heading: ReadBlock = (lines, index) => {
  const found = /^(#{1,6}) +(\S.*)$/.exec(lines[index]!);
  if (!found) return null;
  const node = { type: 'heading', attrs: { level: found[1]!.length }, content: inline(found[2]!) };
  return { node, next: index + 1 };
};

const fence: ReadBlock = (lines, index) => {
  if (!lines[index]!.startsWith('```')) return null;
  const closing = lines.indexOf('```', index + 1);
  const end = closing === -1 ? lines.length : closing;
  const code = lines.slice(index + 1, end).join('\n');
  const node = { type: 'codeBlock', content: code === '' ? [] : [{ type: 'text', text: code }] };
  return { node, next: end + 1 };
};

function list(type: string, item: RegExp): ReadBlock {
  return (lines, index) => {
    let next = index;
    while (next < lines.length && item.test(lines[next]!)) next += 1;
    if (next === index) return null;
    const items = lines.slice(index, next).map((line) => ({
      type: 'listItem',
      content: [{ type: 'paragraph', content: inline(line.replace(item, '')) }],
    }));
    return { node: { type, content: items }, next };
  };
}

const blocks: ReadBlock[] = [heading, fence, list('bulletList', /^[-*] +/), list('orderedList', /^\d+[.)] +/)];

/** Lines up to an empty one or to another block. */
function paragraph(lines: string[], index: number): Block {
  if (lines[index]!.trim() === '') return { node: null, next: index + 1 };
  let next = index + 1;
  while (next < lines.length && lines[next]!.trim() !== '' && blocks.every((read) => read(lines, next) === null)) {
    next += 1;
  }
  const content = lines
    .slice(index, next)
    .flatMap((line, at): JsonValue[] => [...(at > 0 ? [{ type: 'hardBreak' }] : []), ...inline(line)]);
  return { node: { type: 'paragraph', content }, next };
}

const inlineParts = /\*\*([^*]+)\*\*|`([^`]+)`|(https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])/g;

function inline(line: string): JsonValue[] {
  const parts: JsonValue[] = [];
  let from = 0;
  for (const found of line.matchAll(inlineParts)) {
    const [whole, strong, code, link] = found;
    parts.push(...plain(line.slice(from, found.index)));
    if (strong !== undefined) parts.push(marked(strong, { type: 'strong' }));
    else if (code !== undefined) parts.push(marked(code, { type: 'code' }));
    else if (link !== undefined) parts.push(marked(link, { type: 'link', attrs: { href: link } }));
    from = found.index + whole.length;
  }
  return [...parts, ...plain(line.slice(from))];
}

/** Jira refuses an empty text. */
const plain = (text: string): JsonValue[] => (text === '' ? [] : [{ type: 'text', text }]);

const marked = (text: string, mark: JsonObject): JsonObject => ({ type: 'text', text, marks: [mark] });

const endsLine = new Set(['paragraph', 'heading', 'codeBlock', 'blockquote', 'rule', 'mediaSingle', 'tableRow']);

function blockText(node: JsonValue): string {
  if (!isObject(node)) return '';
  if (node.type === 'text') return String(node.text ?? '');
  if (node.type === 'hardBreak') return '\n';
  const attrs = (node.attrs ?? {}) as JsonObject;
  if (node.type === 'mention' || node.type === 'emoji') return String(attrs.text ?? '');
  if (node.type === 'inlineCard') return String(attrs.url ?? '');
  const children = Array.isArray(node.content) ? node.content.map(blockText) : [];
  const inner = children.join(node.type === 'tableRow' ? '\t' : '');
  const text = node.type === 'listItem' ? `- ${inner}` : inner;
  return endsLine.has(String(node.type)) && !text.endsWith('\n') ? `${text}\n` : text;
}
