import type { RunRow } from '@castellan/api';
import { approverWords } from '../../status/approver-words.js';

type WaitingFor = NonNullable<RunRow['waitingFor']>;

/** Why a run waits, in one sentence with a name where there is one. */
export function waitingText({ kind, what, who }: Pick<WaitingFor, 'kind' | 'what' | 'who'>): string {
  switch (kind) {
    case 'approval':
      return who ? `${what}: approval by ${approverWords(who)}` : `${what}: approval`;
    case 'outcome':
      return `${what}: somebody must say whether it happened`;
    case 'retry':
      return `${what}: tried again`;
    case 'event':
      return `${what}: waits for ${who ?? 'a delivery'}`;
    case 'time':
      return `${what}: waits`;
    case 'slot':
      return `${what}: waits for ${who}`;
    case 'host':
      return `${what}: waits until ${who ?? 'its system'} works again`;
    case 'protected':
      return `${what}: about somebody protected, an administrator decides`;
    case 'budget':
      return `${what}: past its budget, waits for approval`;
    case 'turn':
      return `waits for ${what}`;
    case 'subflow':
      return who ? `${what}: waits for the flow ${who}` : `${what}: waits for another flow`;
  }
}
