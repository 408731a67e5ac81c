import { Button, Group, Loader, Stack } from '@mantine/core';
import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { useApprovalLink } from '../../api/approvals.js';
import { useSignOut } from '../../api/session.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Notice } from '../../ui/notice.js';
import { Entrance } from './entrance.js';

const route = getRouteApi('/approval-link');

/** A link out of an e-mail leads on to the approval, or says why it does not. */
export function ApprovalLinkPage() {
  const { link = '' } = route.useSearch();
  const { data, error } = useApprovalLink(link);
  if (data) {
    return (
      <Navigate
        to="/w/$ws/approvals/$approvalId"
        params={{ ws: data.workspaceId, approvalId: data.approvalId }}
        replace
      />
    );
  }
  return (
    <Entrance title="A decision">
      {error ? (
        <Stack>
          {error.code === 'conflict' ? (
            <Notice look="skipped" title="Nothing is left to decide">
              {error.message}
            </Notice>
          ) : (
            <ErrorPanel what="The link does not lead you on" why={error.message} />
          )}
          <Group>
            {error.code === 'forbidden' && <SignInAsAnother link={link} />}
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/" />}>
              Open Castellan
            </Button>
          </Group>
        </Stack>
      ) : (
        <Loader aria-label="Loading" />
      )}
    </Entrance>
  );
}

function SignInAsAnother({ link }: { link: string }) {
  const signOut = useSignOut();
  const navigate = route.useNavigate();
  const next = `/approval-link?link=${encodeURIComponent(link)}`;
  return (
    <Button
      loading={signOut.isPending}
      onClick={() =>
        signOut.mutate(undefined, { onSuccess: () => void navigate({ to: '/sign-in', search: { next } }) })
      }
    >
      Sign in as somebody else
    </Button>
  );
}
