import type { DirectoryAccountRow } from '@castellan/api';
import { StatusBadge } from '../../ui/status-badge.js';
import { accountStates, removedState } from './record-words.js';

/** The state of an account; one that is gone from its system is told as such. */
export function AccountStatus({ account }: { account: Pick<DirectoryAccountRow, 'status' | 'removedAt'> }) {
  return <StatusBadge plain {...(account.removedAt === null ? accountStates[account.status] : removedState)} />;
}
