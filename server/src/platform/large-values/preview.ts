/** What a preview shows of a value, together and of each part. */
const most = { characters: 4_000, text: 300, items: 20, keys: 50, depth: 6 };

/** A small value that shows how a large one begins. What is left out is said in its place, in words after an ellipsis. */
export function previewOf(value: unknown): unknown {
  let left = most.characters;
  const shorten = (text: string): string => {
    const length = Math.min(most.text, Math.max(left, 20));
    left -= Math.min(text.length, length);
    return text.length <= length ? text : `${text.slice(0, length)}… ${text.length - length} more characters`;
  };
  const look = (at: unknown, depth: number): unknown => {
    if (typeof at === 'string') return shorten(at);
    if (typeof at !== 'object' || at === null) {
      left -= 8;
      return at;
    }
    if (depth === 0 || left <= 0) return Array.isArray(at) ? `… ${at.length} items` : '…';
    return Array.isArray(at) ? lookAtList(at, depth) : lookAtObject(at, depth);
  };
  const lookAtList = (list: unknown[], depth: number): unknown[] => {
    const shown: unknown[] = [];
    while (shown.length < Math.min(list.length, most.items) && left > 0)
      shown.push(look(list[shown.length], depth - 1));
    if (shown.length < list.length) shown.push(`… ${list.length - shown.length} more items`);
    return shown;
  };
  const lookAtObject = (object: object, depth: number): Record<string, unknown> => {
    const entries = Object.entries(object);
    const shown: [string, unknown][] = [];
    for (const [key, value] of entries.slice(0, most.keys)) {
      if (left <= 0) break;
      shown.push([shorten(key), look(value, depth - 1)]);
    }
    if (shown.length < entries.length) shown.push(['…', `${entries.length - shown.length} more fields`]);
    return Object.fromEntries(shown);
  };
  return look(value, most.depth);
}
