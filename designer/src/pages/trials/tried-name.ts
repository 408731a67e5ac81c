import type { Shadow } from '@castellan/api';

/** What was tried, as the head of a column. */
export function triedName({ version }: Pick<Shadow, 'version'>): string {
  return version === null ? 'The draft' : `Version ${version}`;
}
