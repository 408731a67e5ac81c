import type { PersonDetail } from '@castellan/api';

export type RunEffect = PersonDetail['runs'][number];

/** Of what runs did, newest first: each thing that was given last, and not taken away since. What failed counts not. */
export function givenByRuns(effects: RunEffect[]): RunEffect[] {
  const seen = new Set<string>();
  return effects.filter(({ action, state, object, connection }) => {
    if (object === null || state !== 'done' || (action !== 'grant' && action !== 'revoke')) return false;
    const thing = JSON.stringify([connection, object.type, object.id]);
    if (seen.has(thing)) return false;
    seen.add(thing);
    return action === 'grant';
  });
}
