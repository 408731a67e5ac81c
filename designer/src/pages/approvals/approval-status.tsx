import type { Approval } from '@castellan/api';
import { type Look, StatusBadge } from '../../ui/status-badge.js';

const shown: Record<Approval['status'], { look: Look; word: string }> = {
  open: { look: 'waiting', word: 'Open' },
  approved: { look: 'succeeded', word: 'Approved' },
  rejected: { look: 'failed', word: 'Rejected' },
  timeout: { look: 'skipped', word: 'Ran out' },
  closed: { look: 'skipped', word: 'Closed' },
};

export function ApprovalStatus({ status }: { status: Approval['status'] }) {
  return <StatusBadge {...shown[status]} />;
}
