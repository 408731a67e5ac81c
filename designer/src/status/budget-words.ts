import type { WorkspaceBudgets } from '@castellan/api';
import { number } from '../ui/format.js';

/** Limits by their names in the format. */
export const limitWords: Record<keyof WorkspaceBudgets['eachFlow'], string> = {
  perRun: 'In one run',
  perHour: 'In an hour',
  perDay: 'In 24 hours',
  shareOfPopulation: 'People in 24 hours',
};

/** `12 of 20`, or `12` where there is no limit. */
export const usedOf = (used: number, limit: number | undefined): string =>
  limit === undefined ? number(used) : `${number(used)} of ${number(limit)}`;
