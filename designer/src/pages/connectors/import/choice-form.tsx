import type { ConnectorImport } from '@castellan/api';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useChooseOperations } from '../../../api/connector-imports.js';
import { useWorkspace } from '../../../api/workspace.js';
import { ErrorPanel } from '../../../ui/error-panel.js';
import { Failure } from '../../../ui/failure.js';
import { count } from '../../../ui/format.js';
import classes from '../connectors.module.css';
import { ChangesNotice } from './changes-notice.js';
import { problemOf, startChoice, toBody } from './chosen.js';
import { ConnectorSettings } from './connector-settings.js';
import { OperationChoice } from './operation-choice.js';

type Ready = ConnectorImport & { outline: NonNullable<ConnectorImport['outline']> };

/** What becomes of a document: the connector's settings, and which operations it gets. */
export function ChoiceForm({ found }: { found: Ready }) {
  const { id: ws } = useWorkspace();
  const [chosen, setChosen] = useState(() => startChoice(found));
  const [problem, setProblem] = useState<string | null>(null);
  const choose = useChooseOperations(found.id);
  const { into } = found;

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = problemOf(chosen);
    setProblem(wrong);
    if (wrong === null) choose.mutate(toBody(found, chosen));
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xl">
        <ChangesNotice found={found} />
        <section>
          <Title order={2} mb="xs">
            The connector
          </Title>
          <div className={`card ${classes.sheet}`}>
            <ConnectorSettings found={found} chosen={chosen} onChange={setChosen} />
          </div>
        </section>
        <section>
          <Title order={2} mb="xs">
            Operations
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            What each one does, and what a repeat of it does, is told from its method. Correct it where you know better:
            flows go by it.
          </Text>
          <OperationChoice operations={found.outline.operations} chosen={chosen} onChange={setChosen} />
        </section>
        <Stack className={classes.foot}>
          {choose.error && <Failure what="Not imported" error={choose.error} />}
          {problem && <ErrorPanel what="Not imported yet" why={problem} />}
          <Group>
            <Button type="submit" loading={choose.isPending}>
              {into ? `Import as version ${into.version + 1}` : 'Import'}: {count(chosen.keys.size, 'operation')}
            </Button>
            <Button
              variant="default"
              renderRoot={(props) => <Link {...props} to="/w/$ws/connectors" params={{ ws }} />}
            >
              Not now
            </Button>
          </Group>
        </Stack>
      </Stack>
    </form>
  );
}
