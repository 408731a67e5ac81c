/** Whether a name is one of those that a list names, with `*` for any characters; a `#` before it says nothing. */
export function isListed(name: string, patterns: readonly string[]): boolean {
  const wanted = plain(name);
  return patterns.some((pattern) => {
    const parts = plain(pattern).split('*').map(escaped);
    return new RegExp(`^${parts.join('.*')}$`).test(wanted);
  });
}

const plain = (name: string): string => name.trim().replace(/^#/, '').toLowerCase();
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
