import type { EvidenceKey } from '@castellan/api';
import { Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { Download, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useEvidenceKeys, useRotateEvidenceKey } from '../../api/evidence.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { CopyButton } from '../../ui/copy-button.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { saveFile } from '../../ui/save-file.js';
import { StatusBadge } from '../../ui/status-badge.js';

/** The keys that sign evidence of runs: their public parts, to keep and to compare. */
export function EvidencePanel() {
  const { can } = useWorkspace();
  const keys = useEvidenceKeys();
  const all = keys.data?.items ?? [];
  return (
    <Stack gap="md">
      <div>
        <Title order={2} mb="xs">
          Keys of evidence
        </Title>
        <Text size="sm" maw={720}>
          The evidence of a run is a file that this installation signs. Keep its public keys where the evidence is
          checked: <Code>castellan verify pack.zip --key castellan-evidence-keys.pem</Code> needs no server. The key in
          a pack itself only shows that the pack is of one piece.
        </Text>
      </div>
      {keys.isLoadingError ? (
        <Failure what="The keys cannot be read" error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <DataTable
          label="Keys of evidence"
          columns={columns}
          rows={keys.data?.items}
          rowKey={({ id }) => id}
          empty=""
        />
      )}
      <Group>
        <Button
          variant="default"
          leftSection={<Download size={16} aria-hidden />}
          disabled={all.length === 0}
          onClick={() =>
            saveFile(
              'castellan-evidence-keys.pem',
              all.map(({ publicKey }) => publicKey).join(''),
              'application/x-pem-file',
            )
          }
        >
          Download the public keys
        </Button>
        {can('workspace:write') && <NewKey />}
      </Group>
    </Stack>
  );
}

const columns: Column<EvidenceKey>[] = [
  { key: 'id', title: 'Key', cell: ({ id }) => <Code>{id}</Code> },
  {
    key: 'state',
    title: 'State',
    cell: ({ retiredAt }) =>
      retiredAt === null ? (
        <StatusBadge look="succeeded" word="Signs" plain />
      ) : (
        <StatusBadge look="neutral" word="Signs no more" plain />
      ),
  },
  {
    key: 'fingerprint',
    title: 'Fingerprint',
    cell: ({ id, fingerprint }) => (
      <Group gap={4} wrap="nowrap">
        <Text size="xs" className="break-anywhere" ff="monospace">
          {fingerprint}
        </Text>
        <CopyButton value={fingerprint} title={`Copy the fingerprint of ${id}`} />
      </Group>
    ),
  },
  { key: 'made', title: 'Made', cell: ({ createdAt }) => <RelativeTime at={createdAt} />, wideOnly: true },
];

function NewKey() {
  const rotate = useRotateEvidenceKey();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<KeyRound size={16} aria-hidden />} onClick={() => setAsking(true)}>
        Make a new key
      </Button>
      <ConfirmDialog
        opened={asking}
        title="Make a new key"
        verb="Make it"
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate(undefined, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          It signs from now on, for all workspaces of this installation. The private part of the old key is removed for
          good; its public part stays in the list, for the packs that it signed. Whoever checks packs needs the new
          public key.
        </Text>
        {rotate.error !== null && <Failure what="The key is the same as before" error={rotate.error} />}
      </ConfirmDialog>
    </>
  );
}
