import { type RunRow, terminalRunStatuses } from '@castellan/api';

/** Whether nothing more will happen in a run. */
export function isOver({ status }: Pick<RunRow, 'status'>): boolean {
  return terminalRunStatuses.includes(status);
}
