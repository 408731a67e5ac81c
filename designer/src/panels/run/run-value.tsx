import { type LargeParts, routes } from '@castellan/api';
import { Anchor, Stack, Text } from '@mantine/core';
import { addressOf, useWorkspace } from '../../api/index.js';
import { bytes } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';

interface RunValueProps {
  label: string;
  value: unknown;
  /** Of what the value is a part. */
  of: { runId: string; stepId?: string; iteration?: string };
  part: 'trigger' | 'input' | 'output';
  /** Sizes of those values of the row that are shown only as they begin. */
  large: LargeParts | undefined;
}

/** A value of a run, to read and to copy; a large one as it begins, with the whole as a file. */
export function RunValue({ label, value, of, part, large }: RunValueProps) {
  const ws = useWorkspace().id;
  const size = large?.[part]?.size;
  if (value === null || value === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Nothing
      </Text>
    );
  }
  if (size === undefined) return <JsonView label={label} value={value} />;
  const address = addressOf(
    routes.history.value.path,
    { ws, id: of.runId },
    { part, step: of.stepId, iteration: of.iteration },
  );
  return (
    <Stack gap={4}>
      <JsonView label={`${label}, its beginning`} value={value} />
      <Text size="xs" c="dimmed">
        This is how it begins.{' '}
        <Anchor href={address} download size="xs">
          Download all {bytes(size)}
        </Anchor>
      </Text>
    </Stack>
  );
}
