import { type RunRow, undoTrigger } from '@castellan/api';

type Made = Pick<RunRow, 'version' | 'trigger'>;

/** Whether a run undoes another one, or plans that. */
export const isUndo = ({ version, trigger }: Made): boolean => version === 0 && trigger.id === undoTrigger;

/** Of what the run is: `v3`, `draft`, `undo`. */
export const versionInWords = (run: Made): string => (run.version ? `v${run.version}` : isUndo(run) ? 'undo' : 'draft');
