import type { RunRow } from '@castellan/api';
import { Menu } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { PencilRuler } from 'lucide-react';
import { useWorkspace } from '../../api/index.js';

const route = getRouteApi('/w/$ws/runs/$runId');

/** Leads to the flow's draft with this run's data: states on the canvas, values beside the forms, sample of tests. */
export function OpenInEditor({ run }: { run: RunRow }) {
  const { id: ws } = useWorkspace();
  const { step } = route.useSearch();
  return (
    <Menu.Item
      leftSection={<PencilRuler size={14} aria-hidden />}
      renderRoot={(props) => (
        <Link
          to="/w/$ws/flows/$flowId"
          params={{ ws, flowId: run.flowId }}
          search={{ run: run.id, ...(step === undefined ? {} : { step }) }}
          {...props}
        />
      )}
    >
      Open in editor with this data
    </Menu.Item>
  );
}
