import type { Plan } from '@castellan/api';
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ClipboardList } from 'lucide-react';
import { useState } from 'react';
import { useFlow, usePlans, useWorkspace } from '../../api/index.js';
import { ActionCounts } from '../../plans/action-tag.js';
import { PlanStatusBadge } from '../../plans/plan-status.js';
import { useShowPlan } from '../../plans/use-show-plan.js';
import { RunDialog } from '../../run-flow/run-dialog.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';

const route = getRouteApi('/w/$ws/flows/$flowId/plans');

/** The access plans of a flow, newest first. */
export function PlansPage() {
  const { id: ws, can } = useWorkspace();
  const { flowId } = route.useParams();
  const { data: flow } = useFlow(flowId);
  const plans = usePlans(flowId);
  const show = useShowPlan();
  const [making, setMaking] = useState(false);
  const columns: Column<Plan>[] = [
    {
      key: 'made',
      title: 'Made',
      width: 150,
      cell: ({ id, madeAt }) => (
        <Link to="/w/$ws/plans/$planId" params={{ ws, planId: id }}>
          <RelativeTime at={madeAt} />
        </Link>
      ),
    },
    { key: 'status', title: 'Status', width: 130, cell: ({ status }) => <PlanStatusBadge status={status} plain /> },
    {
      key: 'changes',
      title: 'Changes',
      cell: ({ status, counts }) => status !== 'making' && <ActionCounts counts={counts} />,
    },
    { key: 'of', title: 'Of', width: 110, cell: ({ version }) => (version === null ? 'Draft' : `Version ${version}`) },
    { key: 'by', title: 'By', width: 220, wideOnly: true, cell: ({ madeBy }) => madeBy },
    {
      key: 'until',
      title: 'Until',
      width: 130,
      wideOnly: true,
      cell: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
    },
  ];
  const make = can('flow:run') && flow !== undefined && flow.published !== null && (
    <Button leftSection={<ClipboardList size={16} aria-hidden />} onClick={() => setMaking(true)}>
      Plan
    </Button>
  );
  return (
    <Page
      title="Access plans"
      lead="What the flow would change, found out by really reading and without sending anything. A plan can be applied as it was looked at."
      back={
        <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
          {flow?.name ?? 'Flow'}
        </Link>
      }
      actions={make}
    >
      {plans.error !== null && <Failure what="The plans cannot be read" error={plans.error} />}
      <DataTable
        label="Access plans"
        columns={columns}
        rows={plans.data}
        rowKey={({ id }) => id}
        empty={<EmptyState action={make}>No plan was made of this flow yet.</EmptyState>}
        onOpen={({ id }) => show(id)}
        more={moreOf(plans)}
      />
      {flow !== undefined && <RunDialog opened={making} onClose={() => setMaking(false)} flow={flow} plans />}
    </Page>
  );
}
