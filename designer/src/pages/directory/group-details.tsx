import { Loader, SimpleGrid } from '@mantine/core';
import { useGroup } from '../../api/directory.js';
import { Facts } from '../../ui/facts.js';
import { Failure } from '../../ui/failure.js';
import { JsonView } from '../../ui/json-view.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { GroupMode } from '../teams/group-mode.js';

/** What is known of a group: in the common form, and as its system gave it. */
export function GroupDetails({ id }: { id: string }) {
  const found = useGroup(id);
  if (found.error) return <Failure what="The group cannot be read" error={found.error} />;
  if (!found.data) return <Loader size="sm" aria-label="Loading" />;
  const { externalId, description, email, externalSharingAllowed, firstSeenAt, changedAt, removedAt, payload } =
    found.data;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} py="xs" style={{ alignItems: 'start' }}>
      <Facts room="some">
        <dt>Id in the system</dt>
        <dd className="break-anywhere">{externalId}</dd>
        <dt>Address</dt>
        <dd>{email ?? '–'}</dd>
        <dt>Description</dt>
        <dd>{description || '–'}</dd>
        <dt>Mode</dt>
        <dd>
          <GroupMode group={found.data} />
        </dd>
        <dt>Outsiders may be in it</dt>
        <dd>{externalSharingAllowed ? 'Yes' : 'No'}</dd>
        <dt>First seen</dt>
        <dd>
          <RelativeTime at={firstSeenAt} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <RelativeTime at={changedAt} />
        </dd>
        {removedAt && (
          <>
            <dt>Removed</dt>
            <dd>
              <RelativeTime at={removedAt} />
            </dd>
          </>
        )}
      </Facts>
      <JsonView value={payload} label="the record as the system gave it" />
    </SimpleGrid>
  );
}
