import type { ConnectionRow } from '@castellan/api';
import { List, Text, Title } from '@mantine/core';
import { RelativeTime } from '../../ui/relative-time.js';

/** Where the credentials go, and how long what is sent along lives. */
export function SignInFacts({ connection }: { connection: ConnectionRow }) {
  const { hosts, tokenHost, token, simulator, secretExpiresOn } = connection;
  if (simulator || (hosts.length === 0 && !tokenHost)) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        Where its credentials go
      </Title>
      <List listStyleType="none" size="sm">
        {hosts.map((host) => (
          <List.Item key={host}>
            <code>{host}</code> with every call
          </List.Item>
        ))}
        {tokenHost && (
          <List.Item>
            <code>{tokenHost}</code> to get tokens
          </List.Item>
        )}
      </List>
      <Text size="sm" c="dimmed" mt={4}>
        And nowhere else: a call to another host is refused before it is sent.
      </Text>
      {token && (
        <Text size="sm" c="dimmed" mt={4}>
          Calls carry a token that was got <RelativeTime at={token.obtainedAt} />
          {token.expiresAt && (
            <>
              {' '}
              and ends <RelativeTime at={token.expiresAt} />
            </>
          )}
          .{token.renewed && ' The next one is got before that.'}
        </Text>
      )}
      {secretExpiresOn && (
        <Text size="sm" c="dimmed" mt={4}>
          The secret ends on {secretExpiresOn}.
        </Text>
      )}
    </section>
  );
}
