import type { Approval } from '@castellan/api';
import { Button, Stack, Text, Textarea } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useDecide } from '../../api/approvals.js';
import { Failure } from '../../ui/failure.js';
import classes from './approvals.module.css';

/** Approve, or reject with a reason. The hash of what was shown goes along, so that nobody decides on something else. */
export function DecisionForm({ approval }: { approval: Approval }) {
  const decide = useDecide(approval.id);
  const [comment, setComment] = useState('');
  const [rejecting, setRejecting] = useState(false);
  const reason = comment.trim();
  const { bound } = approval;

  function send(decision: 'approve' | 'reject') {
    decide.mutate({ decision, hash: approval.hash, ...(reason && { comment: reason }) });
  }

  return (
    <section className={classes.decide} aria-label="Your decision">
      <Stack gap="sm">
        {decide.error && <Failure what="Not decided" error={decide.error} />}
        {rejecting && (
          <Textarea
            label="Reason"
            description="The requester and the history see it"
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={2000}
            autoFocus
            withAsterisk
          />
        )}
        <div className={classes.buttons}>
          {rejecting ? (
            <>
              <Button size="lg" px="xs" variant="default" onClick={() => setRejecting(false)}>
                Back
              </Button>
              <Button
                size="lg"
                px="xs"
                color="red.8"
                leftSection={<X size={20} aria-hidden />}
                disabled={reason === ''}
                loading={decide.isPending}
                onClick={() => send('reject')}
              >
                Reject
              </Button>
            </>
          ) : (
            <>
              <Button
                size="lg"
                px="xs"
                variant="default"
                leftSection={<X size={20} aria-hidden />}
                onClick={() => setRejecting(true)}
              >
                Reject
              </Button>
              <Button
                size="lg"
                px="xs"
                leftSection={<Check size={20} aria-hidden />}
                loading={decide.isPending}
                disabled={bound !== null && bound.state !== 'ready'}
                onClick={() => send('approve')}
              >
                Approve
              </Button>
            </>
          )}
        </div>
        {approval.needed > 1 && (
          <Text size="sm" c="dimmed" ta="center">
            {approval.decisions.length} of {approval.needed} have decided.
          </Text>
        )}
      </Stack>
    </section>
  );
}
