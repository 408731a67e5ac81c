import type { EmittedEventSubscription, EmittedEventType } from '@castellan/api';
import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { useTestSubscription } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';

interface Props {
  subscription: EmittedEventSubscription;
  type: EmittedEventType;
}

/** Sends the sample, or what a person made of it, and says what came back. */
export function TestInvocation({ subscription, type }: Props) {
  const { can } = useWorkspace();
  const test = useTestSubscription(subscription.id);
  const [text, setText] = useState(() => JSON.stringify(type.sample.data, null, 2));
  if (!can('connection:use')) return null;
  const data = asObject(text);
  const attempt = test.data?.attempts[0];
  return (
    <section aria-label="Test">
      <Title order={2} mb="xs">
        Test
      </Title>
      <Stack>
        <Textarea
          label="Data"
          description="Sent with “test”: true, whatever the filter says. It has to be such as the event has."
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={data === null ? 'This is no JSON object.' : undefined}
          autosize
          minRows={4}
          maxRows={14}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        />
        <Group>
          <Button
            variant="default"
            leftSection={<Send size={14} aria-hidden />}
            disabled={data === null}
            loading={test.isPending}
            onClick={() => data && test.mutate(data)}
          >
            Send the test
          </Button>
        </Group>
        {test.error && <Failure what="The test was not sent" error={test.error} />}
        {attempt && (
          <Notice
            look={attempt.problem === null ? 'succeeded' : 'failed'}
            title={attempt.problem === null ? `Received: ${attempt.status}` : 'Not received'}
          >
            {attempt.problem}
            {attempt.said && (
              <Text size="xs" className="break-anywhere">
                The receiver said: {attempt.said}
              </Text>
            )}
          </Notice>
        )}
      </Stack>
    </section>
  );
}

function asObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
