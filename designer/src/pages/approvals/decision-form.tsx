import type { Approval } from '@castellan/api';
import { Button, Stack, Text, Textarea } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useDecide } from '../../api/approvals.js';
import { Failure } from '../../ui/failure.js';
import classes from './approvals.module.css';

const verbs = { approve: 'Approve', reject: 'Reject' };
type Verb = keyof typeof verbs;

/** Approve or reject, with a reason. The hash of what was shown goes along, so that nobody decides on something else. */
export function DecisionForm({ approval }: { approval: Approval }) {
  const decide = useDecide(approval.id);
  const [comment, setComment] = useState('');
  const [saysWhy, setSaysWhy] = useState<Verb | null>(null);
  const reason = comment.trim();
  const { bound, commentOn } = approval;
  const cannotApprove = bound !== null && bound.state !== 'ready';

  function send(decision: Verb) {
    decide.mutate({ decision, hash: approval.hash, ...(reason && { comment: reason }) });
  }

  return (
    <section className={classes.decide} aria-label="Your decision">
      <Stack gap="sm">
        {approval.decidesFor !== null && <Text size="sm">You decide for {approval.decidesFor}, as their deputy.</Text>}
        {decide.error && <Failure what="Not decided" error={decide.error} />}
        {saysWhy && (
          <Textarea
            label={commentOn === 'none' ? 'Reason, if you like' : 'Reason'}
            description="The requester and the history see it"
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={2000}
            autoFocus
            withAsterisk={commentOn !== 'none'}
          />
        )}
        <div className={classes.buttons}>
          {saysWhy ? (
            <>
              <Button size="lg" px="xs" variant="default" onClick={() => setSaysWhy(null)}>
                Back
              </Button>
              <Button
                size="lg"
                px="xs"
                {...(saysWhy === 'reject' ? { color: 'red.8' } : {})}
                leftSection={saysWhy === 'reject' ? <X size={20} aria-hidden /> : <Check size={20} aria-hidden />}
                disabled={reason === '' && commentOn !== 'none'}
                loading={decide.isPending}
                onClick={() => send(saysWhy)}
              >
                {verbs[saysWhy]}
              </Button>
            </>
          ) : (
            <>
              <Button
                size="lg"
                px="xs"
                variant="default"
                leftSection={<X size={20} aria-hidden />}
                onClick={() => setSaysWhy('reject')}
              >
                Reject
              </Button>
              <Button
                size="lg"
                px="xs"
                leftSection={<Check size={20} aria-hidden />}
                loading={decide.isPending}
                disabled={cannotApprove}
                onClick={() => (commentOn === 'both' ? setSaysWhy('approve') : send('approve'))}
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
