import type { Plan } from '@castellan/api';
import { type Look, StatusBadge, stateIcons } from '../ui/status-badge.js';

const shown: Record<Plan['status'], { look: Look; word: string; icon?: (typeof stateIcons)['paused'] }> = {
  making: { look: 'running', word: 'Being made' },
  failed: { look: 'failed', word: 'Not whole' },
  ready: { look: 'waiting', word: 'Ready' },
  expired: { look: 'skipped', word: 'Expired', icon: stateIcons.cancelled },
  applied: { look: 'succeeded', word: 'Applied' },
};

export function PlanStatusBadge({ status, plain }: { status: Plan['status']; plain?: boolean }) {
  return <StatusBadge {...shown[status]} plain={plain} />;
}
