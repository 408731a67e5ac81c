import { Loader } from '@mantine/core';
import type { ComponentProps } from 'react';
import { Failure } from './failure.js';
import { Page } from './page.js';

interface Props extends Omit<ComponentProps<typeof Page>, 'children'> {
  /** What could not be done, in words. */
  what: string;
  /** Why, once that is known. */
  error: Error | null;
  onRetry?: () => void;
}

/** A page while what it is about is being read, or when it cannot be. */
export function PendingPage({ what, error, onRetry, ...page }: Props) {
  return (
    <Page {...page}>
      {error ? <Failure what={what} error={error} onRetry={onRetry} /> : <Loader aria-label="Loading" />}
    </Page>
  );
}
