import type { ConnectorImport } from '@castellan/api';
import { List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../../api/workspace.js';
import { count } from '../../../ui/format.js';
import { Notice } from '../../../ui/notice.js';

type Ready = ConnectorImport & { outline: NonNullable<ConnectorImport['outline']> };
type Using = { flowId: string; flowName: string }[];

/** What a newer document changes for the connector that is there, and for the flows that use it. */
export function ChangesNotice({ found: { into, outline } }: { found: Ready }) {
  if (!into) return null;
  const changed = outline.operations.filter(({ present }) => present === 'changed');
  const added = outline.operations.filter(({ present, unusable }) => present === null && unusable === null);
  const concerned = [...changed, ...into.gone];
  return (
    <Notice
      look={concerned.some(({ usedBy }) => usedBy.length > 0) ? 'waiting' : 'neutral'}
      title={`Against version ${into.version}: ${count(changed.length, 'operation')} changed, ${into.gone.length} gone, ${added.length} not imported yet`}
    >
      {concerned.length > 0 && (
        <List size="sm" mb="xs">
          {into.gone.map(({ id, title, key, usedBy }) => (
            <List.Item key={id}>
              Gone: {title} ({key}).
              <UsedBy flows={usedBy} />
            </List.Item>
          ))}
          {changed.map(({ id, title, key, usedBy }) => (
            <List.Item key={id}>
              Changed: {title} ({key}).
              <UsedBy flows={usedBy} />
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm">
        Published flows go on with the version that they were published with; drafts are checked against the new one.
      </Text>
      {into.connections > 0 && (
        <Text size="sm">
          {into.connections === 1
            ? 'Its connection stays at its server, and signs in as before'
            : `Its ${into.connections} connections stay at their servers, and sign in as before`}
          , whatever the document says now.
        </Text>
      )}
    </Notice>
  );
}

function UsedBy({ flows }: { flows: Using }) {
  const { id: ws } = useWorkspace();
  if (flows.length === 0) return null;
  return (
    <>
      {' '}
      Used by{' '}
      {flows.map(({ flowId, flowName }, index) => (
        <span key={flowId}>
          {index > 0 && ', '}
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
            {flowName}
          </Link>
        </span>
      ))}
      .
    </>
  );
}
