import { useNavigate } from '@tanstack/react-router';
import { useWorkspace } from '../api/index.js';

/** Opens the page of a plan. */
export function useShowPlan() {
  const navigate = useNavigate();
  const { id: ws } = useWorkspace();
  return (planId: string) => void navigate({ to: '/w/$ws/plans/$planId', params: { ws, planId } });
}
