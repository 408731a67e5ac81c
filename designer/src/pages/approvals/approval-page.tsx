import type { Approval } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { List, Loader, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useApproval } from '../../api/approvals.js';
import { useRun } from '../../api/runs.js';
import { useWorkspace } from '../../api/workspace.js';
import { approverWords } from '../../status/approver-words.js';
import { Facts } from '../../ui/facts.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { ApprovalStatus } from './approval-status.js';
import { consequences, followingWords } from './consequences.js';
import { DecisionForm } from './decision-form.js';
import { ShownView } from './shown-view.js';

const route = getRouteApi('/w/$ws/approvals/$approvalId');

export function ApprovalPage() {
  const { id: ws } = useWorkspace();
  const { approvalId } = route.useParams();
  const { data, error, refetch } = useApproval(approvalId);
  const back = (
    <Link to="/w/$ws/approvals" params={{ ws }} activeOptions={{ exact: true }}>
      Approvals
    </Link>
  );
  return (
    <Page narrow title={data?.title ?? 'Approval'} back={back} lead={data && <ApprovalStatus status={data.status} />}>
      {error && <Failure what="The approval cannot be read" error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loader aria-label="Loading" />}
      {data && (
        <Stack gap="lg">
          <Asked approval={data} />
          <ShownView show={data.show} />
          <Bound approval={data} />
          <Next approval={data} />
          <Decisions approval={data} />
          {data.status === 'open' && (data.mayDecide ? <DecisionForm approval={data} /> : <NotMine approval={data} />)}
        </Stack>
      )}
    </Page>
  );
}

/** Who asks, for whom, until when. */
function Asked({ approval }: { approval: Approval }) {
  const { id: ws } = useWorkspace();
  return (
    <Facts room="much">
      {approval.subject && (
        <>
          <dt>About</dt>
          <dd>
            <Text span fw={600}>
              {approval.subject}
            </Text>
          </dd>
        </>
      )}
      <dt>Asked by</dt>
      <dd>
        <Link to="/w/$ws/runs/$runId" params={{ ws, runId: approval.runId }}>
          {approval.flowName}
        </Link>
        , <RelativeTime at={approval.createdAt} />
      </dd>
      {approval.startedBy.length > 0 && (
        <>
          <dt>Started by</dt>
          <dd>{approval.startedBy.join(', ')}</dd>
        </>
      )}
      {approval.status === 'open' && (
        <>
          <dt>Until</dt>
          <dd>{approval.expiresAt ? <RelativeTime at={approval.expiresAt} /> : 'no limit'}</dd>
        </>
      )}
      <dt>Approvers</dt>
      <dd>
        {approverWords(approval.approvers.join(', '))}
        {approval.needed > 1 && ` (${approval.needed} needed)`}
      </dd>
      <Escalations approval={approval} />
      {approval.asked && <AskedElsewhere asked={approval.asked} />}
      {approval.asked?.reminders && <Reminded approval={approval} reminders={approval.asked.reminders} />}
    </Facts>
  );
}

/** Who was asked later than the first, and who will be. */
function Escalations({ approval }: { approval: Approval }) {
  const shown = approval.escalations.filter(({ added }) => added || approval.status === 'open');
  return shown.map(({ at, approvers, added }) => (
    <Fragment key={`${at} ${approvers.join(' ')}`}>
      <dt>{added ? 'Asked later' : 'Asked next'}</dt>
      <dd>
        {approverWords(approvers.join(', '))}, <RelativeTime at={at} />
      </dd>
    </Fragment>
  ));
}

/** The chat in which they were asked as well: whom it reached, and why not. */
function AskedElsewhere({ asked }: { asked: NonNullable<Approval['asked']> }) {
  const reached = asked.messages.filter(({ state }) => state === 'sent').map(({ recipient }) => recipient);
  const others = asked.messages.filter(({ state, problem }) => state !== 'sent' || problem !== null);
  return (
    <>
      <dt>Also asked in</dt>
      <dd>
        {asked.connection}
        {reached.length > 0 && `: ${reached.join(', ')}`}
        {others.map(({ recipient, state, problem }) => (
          <Text key={recipient} size="sm" c={state === 'failed' ? 'red' : 'dimmed'} className="break-anywhere">
            {problem === null
              ? `${recipient} is being asked.`
              : `${recipient}: ${problem}${state === 'failed' ? '' : ' It is tried again.'}`}
          </Text>
        ))}
      </dd>
    </>
  );
}

type Reminders = NonNullable<NonNullable<Approval['asked']>['reminders']>;

/** How often they were reminded, and when they will be. */
function Reminded({ approval: { status }, reminders }: { approval: Approval; reminders: Reminders }) {
  const { sent, of, next } = reminders;
  const isAhead = status === 'open' && next !== null;
  if (sent === 0 && !isAhead) return null;
  return (
    <>
      <dt>Reminded</dt>
      <dd>
        {sent === 0 ? 'not yet' : `${sent} of ${of} ${of === 1 ? 'time' : 'times'}`}
        {isAhead && (
          <>
            , next <RelativeTime at={next} />
          </>
        )}
      </dd>
    </>
  );
}

/** That only what is shown is allowed, or why that cannot be shown. */
function Bound({ approval: { bound, status } }: { approval: Approval }) {
  if (bound === null) return null;
  if (bound.state === 'ready') {
    return (
      <Text size="sm">
        {status === 'open' ? 'Approving allows' : 'Approving allowed'} just these changes. A write that is another one
        by then fails with E_APPROVAL_STALE before it is sent.
      </Text>
    );
  }
  if (status !== 'open') return null;
  return (
    <Notice
      look={bound.state === 'failed' ? 'failed' : 'waiting'}
      title={bound.state === 'failed' ? 'It can only be rejected' : 'What this would allow is being worked out'}
    >
      {bound.state === 'failed'
        ? `What it would allow could not be worked out: ${bound.problem}`
        : 'It can be approved as soon as that is shown here.'}
    </Notice>
  );
}

/** What becomes of calls that the workspace holds back. */
const heldWords = {
  protected: { approved: 'just this one is sent', rejected: 'nothing is sent, and the step fails with E_PROTECTED' },
  budget: { approved: 'just these are sent', rejected: 'nothing is sent, and the steps fail with E_BUDGET' },
};

function Next({ approval }: { approval: Approval }) {
  if (approval.kind === 'step') return <NextSteps approval={approval} />;
  if (approval.status !== 'open') return null;
  const { approved, rejected } = heldWords[approval.kind];
  return (
    <section>
      <Title order={2} mb="xs">
        What happens then
      </Title>
      <List size="sm" spacing={4}>
        <List.Item>Approved: {approved}.</List.Item>
        <List.Item>Rejected: {rejected}.</List.Item>
        <List.Item>Until somebody decides, the run waits. Whoever started it does not decide.</List.Item>
      </List>
    </section>
  );
}

/** What happens after each decision, and after none. */
function NextSteps({ approval }: { approval: Approval }) {
  const run = useRun(approval.runId).data;
  const next = run && consequences(run.flow as Draft, approval.stepId);
  if (!next || approval.status !== 'open') return null;
  return (
    <section>
      <Title order={2} mb="xs">
        What happens then
      </Title>
      <List size="sm" spacing={4}>
        <List.Item>Approved: {followingWords(next.approved)}.</List.Item>
        <List.Item>Rejected: {followingWords(next.rejected)}.</List.Item>
        {approval.expiresAt && <List.Item>Nobody decides in time: {followingWords(next.timeout)}.</List.Item>}
      </List>
    </section>
  );
}

function Decisions({ approval }: { approval: Approval }) {
  if (approval.decisions.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        Decisions
      </Title>
      <List size="sm" spacing={4}>
        {approval.decisions.map(({ by, decision, comment, at, via, for: whom }) => (
          <List.Item key={`${by} ${at}`}>
            {by} {decision === 'approve' ? 'approved' : 'rejected'}
            {whom && ` for ${whom}`}
            {via && ` in ${via}`}, <RelativeTime at={at} />
            {comment && `: ${comment}`}
          </List.Item>
        ))}
      </List>
    </section>
  );
}

function NotMine({ approval }: { approval: Approval }) {
  const { can } = useWorkspace();
  const why = can('approval:decide')
    ? `It is for ${approverWords(approval.approvers.join(', '))}.`
    : 'Your role does not decide approvals.';
  return (
    <Text c="dimmed" size="sm">
      You cannot decide this one. {why}
    </Text>
  );
}
