import type { ConnectorDescription } from '@castellan/api';
import { Accordion, Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { FieldTable } from '../../ui/field-table.js';
import { duration } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';
import { Markdown } from '../../ui/markdown.js';
import { Part } from './part.js';

type Trigger = ConnectorDescription['triggers'][number];

/** One event that flows can start on. */
export function TriggerItem({ trigger }: { trigger: Trigger }) {
  const { id, title, summary, docs, poll, sweep, vendorId, answers, answerSample, setup, payload, sample } = trigger;
  return (
    <Accordion.Item value={id}>
      <Accordion.Control>
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">
          {summary}
        </Text>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="md">
          <Group gap="md">
            <Code>{id}</Code>
            {vendorId && <Code>{vendorId}</Code>}
            <Anchor href={docs} target="_blank" rel="noreferrer" size="sm">
              The vendor’s page
            </Anchor>
          </Group>
          {poll && (
            <Text size="sm">Read from the system every {poll.everySeconds} seconds, unless a flow says otherwise.</Text>
          )}
          {sweep && (
            <Text size="sm">
              Delivered, and looked for in the system’s own list every {duration(sweep.everySeconds * 1_000)}, in case a
              delivery is lost. {sweep.caution}
            </Text>
          )}
          {setup && (
            <Part title="Set-up">
              <Markdown text={setup} />
            </Part>
          )}
          <Part title="What arrives">
            <FieldTable label={`What arrives with ${title}`} schema={payload} />
          </Part>
          <JsonView value={sample} label={`sample of ${title}`} />
          {answers && (
            <Part title="What the vendor waits for">
              <FieldTable label={`The answer to ${title}`} schema={answers} />
            </Part>
          )}
          {answerSample !== undefined && <JsonView value={answerSample} label={`sample of the answer to ${title}`} />}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
