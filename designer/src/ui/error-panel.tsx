import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';

interface Props {
  /** What happened, as a heading. */
  what: string;
  /** Why: the server's or the vendor's own sentence. */
  why?: string;
  /** What to do next. */
  next?: string;
  /** A short code to quote. */
  code?: string;
  onRetry?: () => void;
}

/** An error: what happened, why, what to do next. */
export function ErrorPanel({ what, why, next, code, onRetry }: Props) {
  return (
    <Alert
      role="alert"
      variant="outline"
      icon={<TriangleAlert size={18} aria-hidden />}
      title={what}
      styles={{
        root: { borderColor: 'var(--state-failed)', background: 'var(--state-failed-soft)' },
        title: { color: 'var(--state-failed)' },
        icon: { color: 'var(--state-failed)' },
      }}
    >
      <Stack gap={8} align="flex-start">
        {why && (
          <Text size="sm" className="break-anywhere">
            {why}
          </Text>
        )}
        {next && <Text size="sm">{next}</Text>}
        {(code || onRetry) && (
          <Group gap={12}>
            {onRetry && (
              <Button size="xs" variant="default" onClick={onRetry}>
                Try again
              </Button>
            )}
            {code && <Code>{code}</Code>}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
