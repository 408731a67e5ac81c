import { Button, Container } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { DoorDrawing } from '../ui/drawings.js';
import { EmptyState } from '../ui/empty-state.js';
import { Failure } from '../ui/failure.js';
import { Page } from '../ui/page.js';

/** A page that could not be drawn: why, and another try. */
export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl">
      <Failure
        what="This page cannot be shown"
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={again}
      />
    </Container>
  );
}

export function NotFoundPage() {
  return (
    <Page title="Nothing here">
      <EmptyState
        drawing={<DoorDrawing />}
        action={
          <Button component={Link} to="/">
            Go to the start
          </Button>
        }
      >
        There is nothing at this address. It may have been removed, or the link is incomplete.
      </EmptyState>
    </Page>
  );
}
