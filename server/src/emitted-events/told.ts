import {
  accessGranted,
  accessRevoked,
  approvalDecided,
  approvalWanted,
  directoryEventKinds,
  runFailed,
  runFinished,
} from './catalog/index.js';
import { telling } from './telling.js';

/** What is told where runs end. */
export const tellRunEnds = telling(runFinished, runFailed);

/** What is told where people are asked. */
export const tellApprovalsWanted = telling(approvalWanted);

/** What is told where approvals are open no longer. */
export const tellApprovalsDecided = telling(approvalDecided);

/** What is told where effects are settled. */
export const tellAccessChanges = telling(accessGranted, accessRevoked);

/** What is told where syncs notice something. */
export const tellDirectoryChanges = telling(...directoryEventKinds);
