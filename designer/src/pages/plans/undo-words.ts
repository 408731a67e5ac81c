import type { UndoState, UndoWrite } from '@castellan/api';

/** How what becomes of a write is shown. */
export const undoWords: Record<UndoState, string> = {
  open: 'Will be taken back',
  restored: 'As it was before',
  moved: 'Changed since',
  unclear: 'Cannot be read',
  left: 'Left as it is',
  no_way: 'No way back',
  unknown: 'Nobody knows',
};

/** What is done about it, in a sentence. */
export function whatIsDone({ state, chosen, why, undoneAt }: UndoWrite): string {
  if (undoneAt !== null) return 'It is as it was before the run.';
  if (why !== null) return why;
  switch (state) {
    case 'open':
      return 'It is as the run left it.';
    case 'restored':
      return 'Nothing is to be done.';
    case 'moved':
      return chosen ? 'It is set back all the same.' : 'Left alone.';
    case 'unclear':
      return 'Left alone.';
    case 'left':
      return 'As it was chosen.';
    default:
      return '';
  }
}

/** Whether people may choose otherwise: to set back what was changed since, or to leave what could be taken back. */
export const isChoice = ({ state, undoneAt }: UndoWrite): boolean =>
  undoneAt === null && (state === 'open' || state === 'left' || state === 'moved' || state === 'unclear');

/** Whether it is taken back as the plan stands. */
export const isTakenBack = ({ state, chosen }: UndoWrite): boolean =>
  state === 'open' || (chosen && (state === 'moved' || state === 'unclear'));

/** What another plan is asked for, by what is to be taken back now. */
export function choiceOf(
  writes: readonly UndoWrite[],
  wanted: ReadonlySet<string>,
): { chosen: string[]; leave: string[] } {
  const choices = writes.filter(isChoice);
  return {
    chosen: choices.filter(({ key, state }) => wanted.has(key) && state !== 'open').map(({ key }) => key),
    leave: choices
      .filter(({ key, state }) => !wanted.has(key) && (state === 'open' || state === 'left'))
      .map(({ key }) => key),
  };
}
