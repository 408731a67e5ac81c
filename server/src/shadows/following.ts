import type { ShadowGap } from '@castellan/api';
import { failureFlow, failureNotify } from '@castellan/flow/runtime';
import type { PublishedVersion } from '../flows/versions.service.js';
import { placeKey, type Rehearsal } from '../rehearsal/rehearsal.js';
import type { Compared, Unsaid } from './differences.js';

type Place = Rehearsal['following'][number];

/** What one of the two versions would take back, tell or start after the end and the other would not. */
export function ofFollowing({ before, after, versions, match }: Compared): Unsaid[] {
  const gone = new Map(before.following.map((place) => [placeKey(place), place]));
  const added = after.following.filter(({ step, iteration }) => {
    const level = versions.after.program.after?.[step]?.level ?? [];
    const same = match.iterationOf({ level, iteration, items: after.items });
    return same === null || !gone.delete(placeKey({ step, iteration: same }));
  });
  return [
    ...added.map((place) => ofPlace('new', place, versions.after)),
    ...[...gone.values()].map((place) => ofPlace('gone', place, versions.before)),
  ];
}

/** What the other version would do after the end: it is named, and what it would send is not known. */
export function leftOut({ after, versions }: Compared): ShadowGap[] {
  return after.following.map(({ step, iteration }) => {
    const compiled = versions.after.program.after?.[step];
    return { stepId: step, kind: compiled?.kind ?? '', title: compiled?.title ?? step, iteration, used: 'left_out' };
  });
}

function ofPlace(change: 'new' | 'gone', { step, iteration }: Place, { program }: PublishedVersion): Unsaid {
  const compiled = program.after?.[step];
  const effect = compiled?.kind === 'action' ? compiled.effect : null;
  return { kind: 'call', change, stepId: step, iteration, effect, masked: false, ...said(step, program) };
}

/** In words after "it would also": take back Grant access. */
function said(step: string, program: PublishedVersion['program']): Pick<Unsaid, 'stepKind' | 'title'> {
  if (step === failureNotify) return { stepKind: 'notify', title: 'that the run failed' };
  if (step === failureFlow) return { stepKind: 'subflow', title: 'the flow for failures' };
  const compiled = program.after?.[step];
  const undone = compiled && 'undoes' in compiled ? compiled.undoes : step;
  return { stepKind: 'undo', title: program.steps[undone]?.title ?? undone };
}
