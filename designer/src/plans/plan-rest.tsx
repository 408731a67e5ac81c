import { Button } from '@mantine/core';
import { ClipboardList } from 'lucide-react';
import { usePlanRest, useWorkspace } from '../api/index.js';
import { useShowPlan } from './use-show-plan.js';

interface PlanRestProps {
  runId: string;
  /** The open approval's step. */
  step: string;
  iteration: string;
}

/** Finds out what would come after an approval, before anybody gives it. */
export function PlanRest({ runId, step, iteration }: PlanRestProps) {
  const { can } = useWorkspace();
  const plan = usePlanRest(runId);
  const show = useShowPlan();
  if (!can('flow:run')) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      style={{ alignSelf: 'flex-start' }}
      leftSection={<ClipboardList size={14} aria-hidden />}
      loading={plan.isPending}
      onClick={() => plan.mutate({ step, iteration }, { onSuccess: ({ planId }) => show(planId) })}
    >
      Plan what it allows
    </Button>
  );
}
