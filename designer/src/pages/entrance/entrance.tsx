import { Container, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

/** The page before somebody is signed in: the name of the product and one form. */
export function Entrance({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Castellan`;
  }, [title]);
  return (
    <Container component="main" size={440} py={{ base: 'xl', sm: 96 }}>
      <Stack gap="lg">
        <Stack gap="xs" align="center">
          <img src="/favicon.svg" alt="" width={40} height={40} />
          <Title order={1} ta="center">
            {title}
          </Title>
          {lead && (
            <Text c="dimmed" ta="center">
              {lead}
            </Text>
          )}
        </Stack>
        <Paper className="card" p="lg">
          {children}
        </Paper>
      </Stack>
    </Container>
  );
}
