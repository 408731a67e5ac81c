import { Container } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import { PageHeader } from './page-header.js';

interface Props extends ComponentProps<typeof PageHeader> {
  /** Narrow for reading and forms, else as wide as tables want. */
  narrow?: boolean;
  children: ReactNode;
}

/** A page with its header and margins. */
export function Page({ narrow = false, children, ...header }: Props) {
  return (
    <Container size={narrow ? 720 : 1240} px={{ base: 'md', sm: 'xl' }} py={{ base: 'md', sm: 'xl' }}>
      <PageHeader {...header} />
      {children}
    </Container>
  );
}
