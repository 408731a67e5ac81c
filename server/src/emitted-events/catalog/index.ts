import { accessGranted } from './access-granted.js';
import { accessRevoked } from './access-revoked.js';
import { approvalDecided } from './approval-decided.js';
import { approvalWanted } from './approval-wanted.js';
import { connectionExpiring } from './connection-expiring.js';
import { directoryEventKinds } from './directory-events.js';
import type { EventKind } from './event-kind.js';
import { runFailed } from './run-failed.js';
import { runFinished } from './run-finished.js';

export type { EventKind } from './event-kind.js';
export {
  accessGranted,
  accessRevoked,
  approvalDecided,
  approvalWanted,
  connectionExpiring,
  directoryEventKinds,
  runFailed,
  runFinished,
};

/** All events that Castellan tells, in the order of lists. */
export const eventKinds: readonly EventKind[] = [
  runFinished,
  runFailed,
  approvalWanted,
  approvalDecided,
  accessGranted,
  accessRevoked,
  connectionExpiring,
  ...directoryEventKinds,
];

const byType = new Map(eventKinds.map((kind) => [kind.type, kind]));

export const eventKindOf = (type: string): EventKind | undefined => byType.get(type);
