import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  drawing?: ReactNode;
  /** One sentence. */
  children: ReactNode;
  /** One action. */
  action?: ReactNode;
}

/** An empty place: one picture, one sentence, one action. */
export function EmptyState({ drawing, children, action }: Props) {
  return (
    <Stack align="center" gap="md" py={48} px="md">
      {drawing}
      <Text c="dimmed" ta="center" maw={440}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}
