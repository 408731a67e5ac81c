import type { RunRow } from '@castellan/api';
import { exactTime } from '../../ui/format.js';

type Waiting = NonNullable<RunRow['waitingFor']>;

/** Why a run waits, as one sentence with a name and a time. */
export function whyWaiting({ kind, what, who, until }: Waiting): string {
  const at = until === null ? undefined : exactTime(until);
  switch (kind) {
    case 'approval':
      return `Waits for ${who === null ? 'an approver' : people(who)} to decide “${what}”${at === undefined ? '' : `, until ${at}`}.`;
    case 'time':
      return `“${what}” waits until ${at ?? 'its time has come'}.`;
    case 'event':
      return `“${what}” waits for ${who ?? 'a delivery'}${at === undefined ? '' : `, until ${at}`}.`;
    case 'outcome':
      return `Nobody knows whether “${what}” happened${who === null ? '. Look in the system that it calls' : ` at ${who}. Look there`}, then say what became of it.`;
    case 'retry':
      return `“${what}” failed and is tried again${at === undefined ? '' : ` at ${at}`}.`;
    case 'slot':
      return `“${what}” waits for ${who ?? 'a limit of its connection'}${at === undefined ? '' : `, and looks again at ${at}`}.`;
    case 'host':
      return `“${what}” waits until ${who ?? 'the system that it calls'} works again, which has failed too often in a row${at === undefined ? '' : `; it is asked again at ${at}`}.`;
    case 'protected':
      return `“${what}” is about somebody who is protected: nothing is sent until ${who === null ? 'an administrator' : people(who)} lets it through.`;
    case 'budget':
      return `“${what}” waits for approval: past its budget. Nothing is sent until ${who === null ? 'an approver' : people(who)} decides.`;
    case 'turn':
      return `Waits for ${what}.`;
    case 'subflow':
      return `“${what}” waits for the flow ${who === null ? 'that it started' : `“${who}”`} to end${at === undefined ? '' : `, until ${at}`}.`;
  }
}

/** Where a run stands that has not ended, as one sentence. */
export function whyNotEnded({ status, waitingFor, ending }: Pick<RunRow, 'status' | 'waitingFor' | 'ending'>): string {
  if (status === 'paused') return 'Paused: it goes on when somebody resumes it.';
  if (ending !== null) return `${endingWords[ending.status]} What follows its end is being done.`;
  if (status === 'stalled') return stalledWords;
  if (waitingFor !== null) return whyWaiting(waitingFor);
  if (status === 'queued') return 'It has not begun yet.';
  return 'It is under way.';
}

const stalledWords =
  'The release of the server that is running cannot go on with it. Nothing is lost: on the release before, or on one that mends this, it goes on by itself.';

const endingWords = { succeeded: 'It is about to end.', failed: 'It has failed.', cancelled: 'It was cancelled.' };

/** Those who may decide, as a person would say it: a role stands for anybody who has it. */
function people(who: string): string {
  return who
    .split(/,\s*/)
    .map((one) => (one.startsWith('role:') ? `any ${one.slice('role:'.length)}` : one))
    .join(' or ');
}
