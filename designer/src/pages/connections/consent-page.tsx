import { Loader, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useEndConsent } from '../../api/connections.js';
import { ApiError } from '../../api/errors.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Page } from '../../ui/page.js';

const route = getRouteApi('/w/$ws/connections/consent');

/** Where a person comes back to from the other system's page. What it said is good once, so it is sent once. */
export function ConsentPage() {
  const { id: ws } = useWorkspace();
  const { state, code, error, error_description: errorDescription } = route.useSearch();
  const navigate = useNavigate();
  const end = useEndConsent();
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    const onSuccess = ({ id: connectionId }: { id: string }) =>
      void navigate({ to: '/w/$ws/connections/$connectionId', params: { ws, connectionId }, replace: true });
    end.mutate({ state: state ?? '', code, error, errorDescription }, { onSuccess });
  }, [end, navigate, ws, state, code, error, errorDescription]);

  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  const connectionId = end.error instanceof ApiError ? connectionOf(end.error.details) : null;
  return (
    <Page narrow title={end.error ? 'Not connected' : 'Connecting'} back={back}>
      {end.error ? (
        <Stack>
          <ErrorPanel
            what="The connection was not made"
            why={end.error.message}
            next="Nothing is lost: begin again from the connection’s page."
          />
          {connectionId && (
            <Text>
              <Link to="/w/$ws/connections/$connectionId" params={{ ws, connectionId }}>
                To the connection
              </Link>
            </Text>
          )}
        </Stack>
      ) : (
        <Loader aria-label="Connecting" />
      )}
    </Page>
  );
}

function connectionOf(details: unknown): string | null {
  const { connection } = (details ?? {}) as { connection?: unknown };
  return typeof connection === 'string' ? connection : null;
}
