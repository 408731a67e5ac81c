import { createHash } from 'node:crypto';
import type { WantedSchedule } from '../platform/temporal/schedules.js';

/** A Schedule of ours, with what it must make up for when it is made or changed late. */
export interface Wanted extends WantedSchedule {
  makeUp?: {
    /** After when it should have fired. */
    since: Date;
    /** Whether it should have fired in a while that is past. */
    isDue(from: Date, to: Date): boolean;
  };
}

/** Puts the mark on it by which a Schedule with other settings is told. */
export function withSettings(wanted: Omit<Wanted, 'settings'>): Wanted {
  const { makeUp: _, ...settings } = wanted;
  const mark = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  return { ...wanted, settings: mark };
}
