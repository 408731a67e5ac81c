/** A piece of a message in Slack's markup. */
export type MrkdwnPart =
  | { kind: 'text' | 'bold' | 'italic' | 'code'; text: string }
  | { kind: 'link'; text: string; url: string };

/** Signs that messages of flows use often; others stay as they are written. */
const signs: Record<string, string> = {
  white_check_mark: '✅',
  warning: '⚠️',
  rotating_light: '🚨',
  x: '❌',
  lock: '🔒',
  unlock: '🔓',
  wave: '👋',
  hourglass: '⌛',
  bell: '🔔',
  information_source: 'ℹ️',
};

const markup =
  /<(https?:[^|>\s]+)(?:\|([^>]*))?>|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|`([^`\n]+)`/g;

/** Reads what Slack would show of a text: links, bold, italic, code and signs. */
export function mrkdwnParts(source: string): MrkdwnPart[] {
  const parts: MrkdwnPart[] = [];
  let from = 0;
  for (const match of source.matchAll(markup)) {
    const [whole, url, title, bold, italic, code] = match;
    if (match.index > from) parts.push({ kind: 'text', text: plain(source.slice(from, match.index)) });
    if (url !== undefined) parts.push({ kind: 'link', url: unescaped(url), text: plain(title || url) });
    else if (bold !== undefined) parts.push({ kind: 'bold', text: plain(bold) });
    else if (italic !== undefined) parts.push({ kind: 'italic', text: plain(italic) });
    else parts.push({ kind: 'code', text: unescaped(code ?? '') });
    from = match.index + whole.length;
  }
  if (from < source.length) parts.push({ kind: 'text', text: plain(source.slice(from)) });
  return parts;
}

const plain = (text: string): string =>
  unescaped(text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name: string) => signs[name] ?? whole));

/** Slack's own text has just these three characters escaped. */
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
