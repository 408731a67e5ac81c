/** What stands in the place of a secret in everything that people see. A call whose input holds it is refused. */
export const mask = '•••••';

/** Shorter ones would hit by chance. */
const shortestSecret = 6;

/**
 * Replaces every secret in a JSON value, in the spellings in which systems echo them: as it is, in base64, in a URL
 * and inside JSON text. Answers the same value when nothing was found.
 */
export function maskSecrets<T>(value: T, secrets: readonly string[]): T {
  const spellings = spellingsOf(secrets);
  return spellings.length === 0 ? value : (maskValue(value, spellings) as T);
}

function spellingsOf(secrets: readonly string[]): string[] {
  const all = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    all.add(secret);
    all.add(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    all.add(encodeURIComponent(secret));
    all.add(JSON.stringify(secret).slice(1, -1));
  }
  return [...all].sort((a, b) => b.length - a.length);
}

function maskValue(value: unknown, spellings: string[]): unknown {
  if (typeof value === 'string') return spellings.reduce((text, spelling) => text.replaceAll(spelling, mask), value);
  if (Array.isArray(value)) return mapUnlessSame(value, (item) => maskValue(item, spellings));
  if (typeof value === 'object' && value !== null) {
    let changed = false;
    const entries = Object.entries(value).map(([key, item]) => {
      const masked = maskValue(item, spellings);
      if (masked !== item) changed = true;
      return [key, masked] as const;
    });
    return changed ? Object.fromEntries(entries) : value;
  }
  return value;
}

function mapUnlessSame(list: unknown[], map: (item: unknown) => unknown): unknown[] {
  const mapped = list.map(map);
  return mapped.some((item, index) => item !== list[index]) ? mapped : list;
}

/** Whether a text of the value holds the mask: it was saved masked and must not go out. */
export function holdsMask(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(mask);
  if (Array.isArray(value)) return value.some(holdsMask);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsMask);
}
