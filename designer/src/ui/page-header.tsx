import { Box, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface Props {
  title: string;
  /** One sentence, or badges, under the title. */
  lead?: ReactNode;
  /** Where this page lies: links, before the title. */
  back?: ReactNode;
  actions?: ReactNode;
}

/** A page's title, which is also the window's, with its actions on the right. */
export function PageHeader({ title, lead, back, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Castellan`;
  }, [title]);
  return (
    <Group component="header" justify="space-between" align="flex-start" mb="lg" gap="md">
      <Box miw={0}>
        {back && (
          <Text size="sm" mb={4}>
            {back}
          </Text>
        )}
        <Title order={1} className="break-anywhere">
          {title}
        </Title>
        {lead && (
          <Text component="div" size="sm" c="dimmed" mt={4}>
            {lead}
          </Text>
        )}
      </Box>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
