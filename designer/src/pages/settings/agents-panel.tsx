import { effectWords, type OfferedTool } from '@castellan/api';
import { Anchor, Code, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useAgentTools } from '../../api/agents.js';
import { useWorkspace } from '../../api/workspace.js';
import { CopyField } from '../../ui/copy-field.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Tag } from '../../ui/tag.js';

/** What agents may start here, and how they are connected. */
export function AgentsPanel() {
  const { id: ws } = useWorkspace();
  const tools = useAgentTools();
  const columns: Column<OfferedTool>[] = [
    {
      key: 'tool',
      title: 'Tool',
      cell: ({ name, description, simulated }) => (
        <div>
          <Code>{name}</Code> {simulated && <Tag icon={FlaskConical}>Simulator</Tag>}
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        </div>
      ),
    },
    {
      key: 'flow',
      title: 'Flow',
      cell: ({ flowId, flowName }) => (
        <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/w/$ws/flows/$flowId" params={{ ws, flowId }} />}>
          {flowName}
        </Anchor>
      ),
    },
    { key: 'effect', title: 'Effect', cell: ({ effect }) => effectWords[effect].title, wideOnly: true },
    { key: 'state', title: 'State', cell: ({ enabled }) => (enabled ? 'Offered' : 'Flow is switched off') },
  ];
  return (
    <Stack gap="xl">
      <section>
        <Title order={2} mb="xs">
          Connect an agent
        </Title>
        <Stack gap="sm" maw={680}>
          <Text size="sm">
            Agents call by the Model Context Protocol (MCP, streamable HTTP). What a call does is a run like any other:
            in the history, within budgets, protected people and approvals. Whoever owns the token counts as the one who
            started it, and cannot approve it.
          </Text>
          <CopyField label="Address" value={tools.data?.url ?? ''} />
          <Text size="sm">
            The agent sends <Code>Authorization: Bearer</Code> with an{' '}
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link {...props} to="/w/$ws/settings" params={{ ws }} search={{ tab: 'tokens' as const }} />
              )}
            >
              API token
            </Anchor>{' '}
            that may start flows and see runs. With a token that may only see runs it starts nothing.
          </Text>
        </Stack>
      </section>
      <section>
        <Title order={2} mb="xs">
          Tools
        </Title>
        {tools.isLoadingError ? (
          <Failure what="The tools cannot be read" error={tools.error} onRetry={() => void tools.refetch()} />
        ) : (
          <DataTable
            label="Tools for agents"
            columns={columns}
            rows={tools.data?.items}
            rowKey={({ flowId, triggerId }) => `${flowId} ${triggerId}`}
            empty={
              <EmptyState drawing={<ListDrawing />}>
                No flow is offered to agents. Switch it on at a flow’s manual trigger, and publish.
              </EmptyState>
            }
          />
        )}
      </section>
    </Stack>
  );
}
