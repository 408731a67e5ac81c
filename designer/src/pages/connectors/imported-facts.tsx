import type { ConnectorDescription } from '@castellan/api';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useBeginImport, useRemoveConnector } from '../../api/connector-imports.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { RemoveButton } from '../../ui/removal.js';

/** Where an imported connector came from, and what can be done about it. */
export function ImportedFacts({ connector: { id, title, imported } }: { connector: ConnectorDescription }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const begin = useBeginImport();
  if (!imported) return null;
  const again = () =>
    begin.mutate(
      { again: id },
      {
        onSuccess: (begun) =>
          void navigate({ to: '/w/$ws/connectors/import/$importId', params: { ws, importId: begun.id } }),
      },
    );
  return (
    <section>
      <Title order={2} mb="xs">
        Imported
      </Title>
      <Stack>
        <Text size="sm" c="dimmed" className="break-anywhere">
          Version {imported.version}, from {imported.source}, by {imported.by} <RelativeTime at={imported.at} />
        </Text>
        {begin.error && <Failure what="Not begun" error={begin.error} />}
        {can('connection:write') && (
          <Group>
            <Button variant="default" loading={begin.isPending} onClick={again}>
              Choose operations again
            </Button>
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link {...props} to="/w/$ws/connectors/import" params={{ ws }} search={{ into: id }} />
              )}
            >
              Import a newer document
            </Button>
            <ConnectorRemoval id={id} title={title} />
          </Group>
        )}
      </Stack>
    </section>
  );
}

function ConnectorRemoval({ id, title }: { id: string; title: string }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveConnector();
  const onSuccess = () => void navigate({ to: '/w/$ws/connectors', params: { ws } });
  return (
    <RemoveButton noun="connector" name={title} removal={remove} onRemove={() => remove.mutate(id, { onSuccess })}>
      No flow or connection may use it any more. Runs that are under way go on.
    </RemoveButton>
  );
}
