import type { FlowDetail, TemplateDetail } from '@castellan/api';
import { Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useCatalog, useConnections } from '../../api/connections.js';
import { useInstallTemplate } from '../../api/templates.js';
import { useWorkspace } from '../../api/workspace.js';
import type { wizardSteps } from '../../search.js';
import { Failure } from '../../ui/failure.js';
import {
  asInstalled,
  type Choices,
  draftOf,
  emptyVariables,
  installBody,
  openSlots,
  type Slot,
} from './installation.js';

type Step = (typeof wizardSteps)[number];

interface Props {
  template: TemplateDetail;
  choices: Choices;
  wanted: Slot[];
  onGo(step: Step): void;
  onInstalled(flow: FlowDetail): void;
}

interface Finding {
  severity: 'error' | 'warning';
  message: string;
  fix?: string;
  /** Where in the wizard it is mended. */
  step?: Step;
}

/** Checks the flow as it would be installed, then installs it. */
export function CheckStep({ template, choices, wanted, onGo, onInstalled }: Props) {
  const { can } = useWorkspace();
  const install = useInstallTemplate(template.id);
  const findings = useFindings(template, choices, wanted);
  const errors = findings.data?.filter(({ severity }) => severity === 'error').length ?? 0;
  return (
    <Stack>
      {install.error && <Failure what="Not installed" error={install.error} />}
      {findings.error && <Failure what="The flow cannot be checked" error={findings.error} />}
      {findings.isPending && !findings.error && <Loader aria-label="Checking" />}
      {findings.data?.length === 0 && (
        <Group gap="xs" wrap="nowrap">
          <CircleCheck size={18} color="var(--state-succeeded)" aria-hidden />
          <Text>No problems. It is installed switched off; nothing runs until you publish it.</Text>
        </Group>
      )}
      {findings.data && findings.data.length > 0 && (
        <List listStyleType="none" spacing="sm" aria-label="Problems">
          {findings.data.map((finding) => (
            <List.Item key={`${finding.message} ${finding.fix}`} icon={<FindingIcon severity={finding.severity} />}>
              <Text size="sm">{finding.message}</Text>
              {finding.fix && (
                <Text size="sm" c="dimmed">
                  {finding.fix}
                </Text>
              )}
              {finding.step && (
                <Button size="compact-xs" variant="subtle" onClick={() => finding.step && onGo(finding.step)}>
                  Mend it
                </Button>
              )}
            </List.Item>
          ))}
        </List>
      )}
      <Group>
        <Button
          loading={install.isPending}
          disabled={!can('template:install') || findings.isPending || errors > 0}
          onClick={() => install.mutate(installBody(choices), { onSuccess: onInstalled })}
        >
          Install
        </Button>
        {!can('template:install') && (
          <Text size="sm" c="dimmed">
            Your role cannot install templates. Ask a builder or an administrator.
          </Text>
        )}
      </Group>
    </Stack>
  );
}

function FindingIcon({ severity }: { severity: Finding['severity'] }) {
  const [Icon, color] =
    severity === 'error' ? [CircleX, 'var(--state-failed)'] : [TriangleAlert, 'var(--state-waiting)'];
  return <Icon size={18} color={color} aria-label={severity === 'error' ? 'Error' : 'Warning'} />;
}

/** What stands against installing, from the wizard's own choices and from the same check as publishing. */
function useFindings(template: TemplateDetail, choices: Choices, wanted: Slot[]) {
  const catalog = useCatalog();
  const connections = useConnections();
  const query = useQuery({
    queryKey: ['wizard check', template.id, choices, catalog.dataUpdatedAt, connections.dataUpdatedAt],
    enabled: catalog.data !== undefined && connections.data !== undefined,
    queryFn: async (): Promise<Finding[]> => {
      const flow = draftOf(template);
      const found: Finding[] = [
        ...openSlots(wanted, choices).map(
          ({ title }): Finding => ({
            severity: 'error',
            message: `${title} has no connection.`,
            step: 'connections',
          }),
        ),
        ...emptyVariables(flow, choices).map(
          ({ name, title }): Finding => ({
            severity: 'warning',
            message: `${title ?? name} is empty.`,
            fix: 'Steps that use it get an empty value.',
            step: 'settings',
          }),
        ),
        ...Object.values(choices.connections).flatMap((id): Finding[] => {
          const failing = connections.data?.find((row) => row.id === id && row.status === 'failing');
          if (!failing) return [];
          const message = `The connection ${failing.name} was refused: ${failing.statusMessage ?? 'no reason given'}`;
          return [{ severity: 'warning', message, step: 'connections' }];
        }),
      ];
      // With a slot open, the check of the flow would only say the same again.
      if (found.some(({ severity }) => severity === 'error') || !catalog.data) return found;
      // Loaded here, since it brings the parsers of both expression languages.
      const { policyCodes, validate } = await import('@castellan/flow');
      const planned = asInstalled(flow, choices, catalog.data);
      const rules = Object.values(policyCodes);
      // A flow that breaks a rule of the workspace is installed, and not published as long as it does.
      return [
        ...found,
        ...validate(planned.flow, planned.catalog).map((one) =>
          rules.includes(one.code) ? { ...one, severity: 'warning' as const } : one,
        ),
      ];
    },
  });
  return { ...query, error: query.error ?? catalog.error ?? connections.error };
}
