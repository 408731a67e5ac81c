import { createHash } from 'node:crypto';

/** A key as text, by which alone keys are compared; nothing, an empty text and an empty list are no key. */
export function asKeyText(value: unknown): string | null {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands for the key in an index, however long it is. */
export const keyHash = (text: string): string => createHash('sha256').update(text).digest('base64');
