import type { Plan, PlanUse } from '@castellan/api';
import { planActions } from '@castellan/api';
import { Button, Center, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { type RowsWanted, usePlan, usePlanRows, useRun, useWorkspace } from '../../api/index.js';
import { ActionCounts } from '../../plans/action-tag.js';
import { actionLooks } from '../../plans/action-words.js';
import { PlanStatusBadge } from '../../plans/plan-status.js';
import { moreOf } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { SearchField } from '../../ui/search-field.js';
import { ApplyPlan } from './apply-plan.js';
import { PlanFacts } from './plan-facts.js';
import { PlanNotice } from './plan-notice.js';
import { PlanTable } from './plan-table.js';
import { UndoTable } from './undo-table.js';

const route = getRouteApi('/w/$ws/plans/$planId');

/** What a flow would change, person by person and system by system, and the way to have it done just so. */
export function PlanPage() {
  const { planId } = route.useParams();
  const { data: known } = usePlan(planId);
  const run = useRun(known?.applied?.runId ?? null).data;
  const { data: plan, error, refetch } = usePlan(planId, { isChanging: run !== undefined && run.endedAt === null });
  if (plan === undefined) {
    return error === null ? (
      <Center h="100%">
        <Loader aria-label="Opening the plan" />
      </Center>
    ) : (
      <Page title="Access plan">
        <Failure what="The plan cannot be opened" error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return <OpenPlan plan={plan} />;
}

function OpenPlan({ plan }: { plan: Plan & { use: PlanUse | null } }) {
  const { id: ws, can } = useWorkspace();
  return (
    <Page
      title={plan.undoes === null ? `Access plan of ${plan.flowName}` : `Undo of a run of ${plan.flowName}`}
      lead={
        <Group gap="sm" mt={4}>
          <PlanStatusBadge status={plan.status} />
          {plan.status !== 'making' && <ActionCounts counts={plan.counts} />}
        </Group>
      }
      back={
        <>
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: plan.flowId }}>
            {plan.flowName}
          </Link>
          {' › '}
          <Link to="/w/$ws/flows/$flowId/plans" params={{ ws, flowId: plan.flowId }}>
            Plans
          </Link>
        </>
      }
      actions={
        plan.status !== 'making' && (
          <>
            <ExportButton plan={plan} format="csv" />
            <ExportButton plan={plan} format="json" />
            {can('flow:run') && mayApply(plan) && <ApplyPlan plan={plan} />}
          </>
        )
      }
    >
      <Stack gap="lg">
        <PlanNotice plan={plan} />
        <PlanFacts plan={plan} />
        {plan.undoes !== null && <UndoTable plan={plan} undoes={plan.undoes} />}
        {plan.hash !== null && <Changes plan={plan} />}
      </Stack>
    </Page>
  );
}

/** A draft is not carried out by a plan, and the rest of a run by its approval. */
const mayApply = ({ status, version, bound, undoes, counts }: Plan): boolean =>
  status === 'ready' && bound === null && (undoes === null ? version !== null : Object.keys(counts).length > 0);

const nothingToDo = ({ undoes }: Plan): string =>
  undoes === null ? 'This run would change nothing.' : 'There is nothing to take back.';

function ExportButton({ plan, format }: { plan: Plan; format: 'csv' | 'json' }) {
  const { id: ws } = useWorkspace();
  return (
    <Button
      variant="default"
      leftSection={<Download size={16} aria-hidden />}
      component="a"
      href={`/api/v1/workspaces/${ws}/plans/${plan.id}/export?format=${format}`}
      download
    >
      Export {format.toUpperCase()}
    </Button>
  );
}

function Changes({ plan }: { plan: Plan & { use: PlanUse | null } }) {
  const { action, q, show } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: { action?: typeof action; q?: string; show?: typeof show }) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  const wanted: RowsWanted = { action, q, ...(show === undefined ? {} : { unused: show === 'unused' }) };
  const rows = usePlanRows(plan.id, wanted, `${plan.status} ${plan.use?.matched ?? 0}`);
  const isFiltered = action !== undefined || q !== undefined || show !== undefined;
  return (
    <section aria-label="Changes">
      <Group gap="sm" mb="sm">
        <SearchField
          label="Person, object or step"
          value={q ?? ''}
          onChange={(text) => set({ q: text === '' ? undefined : text })}
        />
        <Select
          aria-label="Kind of change"
          placeholder="All changes"
          clearable
          w={160}
          data={planActions
            .filter((each) => (plan.counts[each] ?? 0) > 0)
            .map((each) => ({ value: each, label: `${actionLooks[each].word} (${plan.counts[each]})` }))}
          value={action ?? null}
          onChange={(next) => set({ action: planActions.find((each) => each === next) })}
        />
        {plan.use !== null && (
          <Select
            aria-label="Done or not"
            placeholder="Done or not"
            clearable
            w={200}
            data={[
              { value: 'unused', label: 'Planned and not done' },
              { value: 'matched', label: 'Matched' },
            ]}
            value={show ?? null}
            onChange={(next) => set({ show: next === 'unused' || next === 'matched' ? next : undefined })}
          />
        )}
      </Group>
      {rows.error !== null && <Failure what="The changes cannot be read" error={rows.error} />}
      {rows.data?.length === 0 && (
        <div className="card">
          <EmptyState>{isFiltered ? 'No planned change fits.' : nothingToDo(plan)}</EmptyState>
        </div>
      )}
      {(rows.data?.length ?? 0) > 0 && (
        <PlanTable rows={rows.data ?? []} used={plan.use !== null} more={moreOf(rows)} />
      )}
      {plan.hash !== null && plan.bound !== null && (
        <Text size="sm" c="dimmed" mt="sm">
          It is carried out by the approval that it was made for.
        </Text>
      )}
    </section>
  );
}
