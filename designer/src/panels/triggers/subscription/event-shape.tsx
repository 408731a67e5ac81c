import type { CatalogTrigger } from '@castellan/flow';
import { Stack, Text } from '@mantine/core';
import { isObject } from '../../../editor/is-object.js';
import { FieldTable } from '../../../ui/field-table.js';
import { JsonView } from '../../../ui/json-view.js';
import { Section } from '../../section.js';

/** What arrives with an event, and what its system takes as an answer. */
export function EventShape({ event }: { event: CatalogTrigger }) {
  const asks = isObject(event.answers);
  return (
    <Section title={asks ? 'What arrives, and what is answered' : 'What arrives'}>
      <Stack gap="md">
        <FieldTable label={`What arrives with ${event.title}`} schema={event.payload} />
        <JsonView value={event.sample} label={`sample of ${event.title}`} />
        {isObject(event.answers) && (
          <>
            <Text size="sm" fw={600}>
              The answer
            </Text>
            <FieldTable label={`The answer to ${event.title}`} schema={event.answers} />
          </>
        )}
      </Stack>
    </Section>
  );
}
