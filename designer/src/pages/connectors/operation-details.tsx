import { type ConnectorDescription, changeWords, effectWords, judgeWords, repeatWords } from '@castellan/api';
import { Accordion, Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { Facts } from '../../ui/facts.js';
import { FieldTable } from '../../ui/field-table.js';
import { JsonView } from '../../ui/json-view.js';
import classes from './connectors.module.css';
import { Part } from './part.js';

type Operation = ConnectorDescription['operations'][number];

/** One operation of a list: what it does at a glance, all of it when opened. */
export function OperationItem({ operation, operations }: { operation: Operation; operations: Operation[] }) {
  const { id, title, summary, effect, idempotency } = operation;
  return (
    <Accordion.Item value={id}>
      <Accordion.Control>
        <Group justify="space-between" wrap="nowrap" pr="sm">
          <div>
            <Text fw={600}>{title}</Text>
            <Text size="sm" c="dimmed">
              {summary}
            </Text>
          </div>
          <Stack gap={0} align="flex-end" className={classes.name}>
            <Text size="sm" className={effect === 'destructive' ? classes.takesAway : undefined}>
              {effectWords[effect].title}
            </Text>
            {effect !== 'read' && (
              <Text size="xs" c="dimmed">
                {repeatWords[idempotency].title}
              </Text>
            )}
          </Stack>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <OperationDetails operation={operation} operations={operations} />
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function OperationDetails({ operation, operations }: { operation: Operation; operations: Operation[] }) {
  const { id, title, docs, input, output, sample } = operation;
  return (
    <Stack gap="md">
      <Group gap="md">
        <Code>{id}</Code>
        {docs && (
          <Anchor href={docs} target="_blank" rel="noreferrer" size="sm">
            The vendor’s page
          </Anchor>
        )}
      </Group>
      <Facts>
        {factsOf(operation, operations).map(([name, value]) => [
          <dt key={`${name} name`}>{name}</dt>,
          <dd key={name}>{value}</dd>,
        ])}
      </Facts>
      <Part title="Input">
        <FieldTable label={`Input of ${title}`} schema={input} given />
      </Part>
      <Part title="Output">
        <FieldTable label={`Output of ${title}`} schema={output} />
      </Part>
      <Part title="Sample input">
        <JsonView value={sample.input} label={`sample input of ${title}`} />
      </Part>
      <Part title="Sample output">
        <JsonView value={sample.output} label={`sample output of ${title}`} />
      </Part>
    </Stack>
  );
}

function factsOf(operation: Operation, operations: Operation[]): [name: string, value: string][] {
  const { effect, idempotency, judgedBy, changes, readsBefore, withoutBefore, undo } = operation;
  const titleOf = (wanted: string) => operations.find(({ id }) => id === wanted)?.title ?? wanted;
  const facts: [string, string | false | undefined][] = [
    ['Effect', effectWords[effect].meaning],
    ['A repeat', `${repeatWords[idempotency].title}. ${repeatWords[idempotency].meaning}`],
    ['Changes', changes.map(changeWords).join('; ')],
    ['Formerly', operation.formerly?.join(', ')],
    ['State before', readsBefore ? 'Read first, for plan, evidence and undo.' : withoutBefore],
    ['Taken back by', undo && titleOf(undo)],
    ['Judged by', `${judgeWords[judgedBy].title}. ${judgeWords[judgedBy].meaning}`],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}
