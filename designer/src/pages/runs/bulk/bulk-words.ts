import type { BulkAction, BulkPreview } from '@castellan/api';
import { count, number } from '../../../ui/format.js';

type Hindrance = BulkPreview['cannot'][number];

const hindrances: Record<Hindrance['why'], [one: string, many: string]> = {
  ended: ['has ended', 'have ended'],
  under_way: ['has not ended', 'have not ended'],
  succeeded: ['succeeded', 'succeeded'],
  retried: ['was retried since', 'were retried since'],
  called: [
    'was called by another run, with which it is retried',
    'were called by other runs, with which they are retried',
  ],
  not_real: ['did not really run', 'did not really run'],
};

/** Why runs are left out: `2 have ended, 1 was retried since`. */
export function cannotWords(cannot: Hindrance[]): string {
  return cannot.map(({ why, count: runs }) => `${number(runs)} ${hindrances[why][runs === 1 ? 0 : 1]}`).join(', ');
}

const fates: Record<BulkPreview['steps'][number]['fate'], string> = {
  unknown: 'nobody knows whether they happened',
  again: 'refused: sent again',
  kept: 'done: not sent again',
};

/** What becomes of the writes of a step. */
export const fateWords = (fate: BulkPreview['steps'][number]['fate']): string => fates[fate];

/** `Retry of 12 runs` */
export function actionTitle({ action, total }: Pick<BulkAction, 'action' | 'total'>): string {
  return `${action === 'retry' ? 'Retry' : 'Cancelling'} of ${count(total, 'run')}`;
}

/** From where and on which version runs are retried. */
export function retryWords({ place, version }: Pick<BulkAction, 'place' | 'version'>): string {
  const from = place.at === 'start' ? 'from the start' : 'from what failed';
  const on = { same: 'the version of each run', published: 'the published version', draft: 'the draft' };
  return `${from}, on ${on[version]}`;
}

/** What was wished beside the action itself; empty where there is nothing to say. */
export function wishWords(action: BulkAction): string {
  if (action.action === 'retry') return retryWords(action);
  const { beforeVersion, compensate } = action;
  const version = beforeVersion === null ? '' : `of versions before ${beforeVersion}, chosen when that was published`;
  const undo = compensate === null ? '' : `what they did ${compensate ? 'is taken back' : 'stays done'}`;
  return [version, undo].filter((part) => part !== '').join('; ');
}

/** How far it is: `5 of 12 done`, `12 done`, `10 done, 2 refused`. */
export function progressWords({ done, refused, total, endedAt, stoppedBy }: BulkAction): string {
  if (total === 0) return 'There was nothing to do';
  const refusals = refused === 0 ? '' : `, ${number(refused)} refused`;
  const left = total - done - refused;
  if (endedAt === null) return `${number(done)} of ${number(total)} done${refusals}`;
  const stop = stoppedBy === null ? '' : `, stopped by ${stoppedBy} with ${number(left)} left as they were`;
  return `${number(done)} done${refusals}${stop}`;
}
