import type { ConnectionRow, ConnectorDescription } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useAskConsent } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import classes from './connections.module.css';

/** A person agrees to the connection at the other system's own page, and comes back. */
export function ConsentCard({
  connection,
  connector,
}: {
  connection: ConnectionRow;
  connector: ConnectorDescription | undefined;
}) {
  const { can } = useWorkspace();
  const ask = useAskConsent();
  const { consent, token } = connection;
  if (!consent) return null;
  const title = connector?.title ?? connection.connector;
  return (
    <Stack className={`card ${classes.sheet}`} gap="sm">
      {ask.error && <Failure what={`${title} cannot be asked`} error={ask.error} />}
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm">
          {consent.given ? (
            <>
              {consent.by ?? 'Somebody'} agreed at {title}
              {token && !token.renewedUntil && !token.renewed && token.expiresAt && (
                <>
                  , for a time that ends <RelativeTime at={token.expiresAt} />. {title} gave no refresh token
                </>
              )}
              {token?.renewedUntil && (
                <>
                  , until <RelativeTime at={token.renewedUntil} />
                </>
              )}
              .
            </>
          ) : (
            `Somebody has to agree at ${title} before this connection works. You go to its page and come back here.`
          )}
        </Text>
        {can('connection:write') && (
          <Button
            flex="none"
            variant={consent.given && connection.status !== 'failing' ? 'default' : 'filled'}
            rightSection={<ExternalLink size={16} aria-hidden />}
            loading={ask.isPending || ask.isSuccess}
            onClick={() => ask.mutate(connection.id, { onSuccess: ({ url }) => window.location.assign(url) })}
          >
            {consent.given ? 'Connect again' : `Connect with ${title}`}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
