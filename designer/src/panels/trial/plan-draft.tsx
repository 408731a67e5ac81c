import type { DraftRunRequest } from '@castellan/api';
import { Box, Button } from '@mantine/core';
import { ClipboardList } from 'lucide-react';
import { useState } from 'react';
import { useMakePlan, useWorkspace } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { useShowPlan } from '../../plans/use-show-plan.js';
import { Failure } from '../../ui/failure.js';
import { useTrial } from './trial.js';

/** Makes an access plan of the draft as it stands, with what the test would start with. */
export function PlanDraft({ request, disabled }: { request: DraftRunRequest | undefined; disabled: boolean }) {
  const store = useEditorStore();
  const { can } = useWorkspace();
  const make = useMakePlan(useEditor((state) => state.flowId));
  const { save } = useTrial();
  const [saving, setSaving] = useState(false);
  const show = useShowPlan();
  if (!can('flow:run')) return null;
  const plan = async (given: DraftRunRequest) => {
    setSaving(true);
    const saved = await save();
    setSaving(false);
    if (!saved) return;
    const { pins: _pins, ...start } = given;
    const { revision } = store.getState().saved;
    make.mutate({ ...start, of: 'draft', revision }, { onSuccess: ({ planId }) => show(planId) });
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<ClipboardList size={14} aria-hidden />}
        title="Finds out what it would change: it really reads, and sends nothing"
        disabled={disabled || request === undefined}
        loading={saving || make.isPending}
        onClick={() => request !== undefined && void plan(request)}
      >
        Plan
      </Button>
      {make.error !== null && (
        <Box w="100%">
          <Failure what="The plan was not made" error={make.error} />
        </Box>
      )}
    </>
  );
}
