import { Group, Text } from '@mantine/core';
import { CopyButton } from './copy-button.js';
import classes from './copy-field.module.css';

/** A text to be taken elsewhere: an address, a secret, a command. */
export function CopyField({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <Group gap={4} wrap="nowrap" className={classes.field}>
        <code className={classes.value}>{value}</code>
        <CopyButton value={value} title={`Copy ${label.toLowerCase()}`} />
      </Group>
    </div>
  );
}
