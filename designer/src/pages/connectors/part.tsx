import { Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of what is told about one operation or trigger. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={4} fz="sm" mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}
