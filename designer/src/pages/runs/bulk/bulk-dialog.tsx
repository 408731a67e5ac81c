import type { BulkPreview } from '@castellan/api';
import { mostBulkRuns } from '@castellan/api';
import { Button, Checkbox, Group, Loader, Modal, Radio, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type BulkRequest, newId, useBulkPreview, useStartBulk, useWorkspace } from '../../../api/index.js';
import { Failure } from '../../../ui/failure.js';
import { count, number } from '../../../ui/format.js';
import { Notice } from '../../../ui/notice.js';
import { cannotWords } from './bulk-words.js';
import { WriteTable } from './write-table.js';

/** The runs that are meant: those that filters find, or some by their ids. */
export type Meant = Pick<BulkRequest, 'filter' | 'ids'>;

interface BulkDialogProps {
  /** Null while it is closed. */
  action: BulkRequest['action'] | null;
  meant: Meant;
  onClose: () => void;
}

/** Retries or cancels many runs: how many, which not, and what it changes in other systems stand before the button. */
export function BulkDialog({ action, meant, onClose }: BulkDialogProps) {
  return (
    <Modal
      opened={action !== null}
      onClose={onClose}
      title={action === 'retry' ? 'Retry runs' : 'Cancel runs'}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {action !== null && <BulkForm action={action} meant={meant} onClose={onClose} />}
    </Modal>
  );
}

type Wish = Pick<BulkRequest, 'place' | 'version' | 'compensate'>;

function BulkForm({ action, meant: given, onClose }: BulkDialogProps & { action: BulkRequest['action'] }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  // What was meant when the dialog opened, though the list behind it goes on.
  const [meant] = useState(given);
  const [id] = useState(() => newId());
  const [wish, setWish] = useState<Wish>({ place: { at: 'failed' }, version: 'same' });
  const request: BulkRequest = { action, ...meant, ...wish };
  const { data: preview, error, isFetching } = useBulkPreview(request);
  const start = useStartBulk();
  const send = () =>
    start.mutate(
      { ...request, id },
      {
        onSuccess: () => {
          onClose();
          void navigate({ to: '/w/$ws/runs/bulk/$bulkId', params: { ws, bulkId: id } });
        },
      },
    );
  const verb = action === 'retry' ? 'Retry' : 'Cancel';
  const ready = preview !== undefined && !isFetching && error === null;
  return (
    <Stack gap="lg">
      {action === 'retry' ? (
        <RetryFields wish={wish} onChange={setWish} />
      ) : (
        <>
          <Text size="sm">
            Calls under way finish or are aborted, and nothing new starts. A cancelled run can be retried.
          </Text>
          <Checkbox
            label="Take back what they did"
            description="Where a step says how it is undone. Without this, the settings of each flow decide; of most, what was done stays done."
            checked={wish.compensate === true}
            onChange={(event) => setWish({ ...wish, compensate: event.currentTarget.checked || undefined })}
          />
        </>
      )}
      {error !== null ? (
        <Failure what="It cannot be told what this would do" error={error} />
      ) : preview === undefined ? (
        <Loader size="sm" aria-label="Counting" />
      ) : (
        <Consequences action={action} preview={preview} />
      )}
      {start.error !== null && <Failure what="It was not started" error={start.error} />}
      <Text size="sm" c="dimmed">
        It goes on in the background and can be stopped.
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          color={action === 'cancel' ? 'red.8' : undefined}
          disabled={!ready || preview.total === 0 || preview.tooMany}
          loading={start.isPending}
          onClick={send}
        >
          {ready && !preview.tooMany ? `${verb} ${count(preview.total, 'run')}` : verb}
        </Button>
      </Group>
    </Stack>
  );
}

function RetryFields({ wish, onChange }: { wish: Wish; onChange: (wish: Wish) => void }) {
  return (
    <>
      <Radio.Group
        label="From where"
        value={wish.place?.at ?? 'failed'}
        onChange={(at) => onChange({ ...wish, place: { at: at === 'start' ? 'start' : 'failed' } })}
      >
        <Stack gap={8} mt={8}>
          <Radio
            value="failed"
            label="What failed"
            description="What succeeded is kept. What failed, was cancelled or never began is done."
          />
          <Radio
            value="start"
            label="The start"
            description="All steps run, of runs that succeeded too. Writes that are done are kept unless their input differs."
          />
        </Stack>
      </Radio.Group>
      <Radio.Group
        label="On which version"
        value={wish.version ?? 'same'}
        onChange={(version) => onChange({ ...wish, version: version === 'published' ? 'published' : 'same' })}
      >
        <Group gap="lg" mt={8}>
          <Radio value="same" label="Each on its own, as before" />
          <Radio value="published" label="The version that is published now" />
        </Group>
      </Radio.Group>
    </>
  );
}

function Consequences({ action, preview }: { action: BulkRequest['action']; preview: BulkPreview }) {
  const { total, found, foundMore, tooMany, flows, cannot, steps, writes } = preview;
  const done = action === 'retry' ? 'retried' : 'cancelled';
  if (tooMany) {
    return (
      <Notice look="waiting" title={`These are more than ${count(mostBulkRuns, 'run')}`}>
        So many are not taken at one time: narrow the filters, for example by the time.
      </Notice>
    );
  }
  return (
    <Stack gap="sm" role="region" aria-label="What would happen">
      <Text size="sm">
        <strong>
          {total === 0 ? `None of them can be ${done}` : `${count(total, 'run')} ${total === 1 ? 'is' : 'are'} ${done}`}
        </strong>
        {total > 0 && `: ${flows.map(({ name, count: runs }) => `${name} ${number(runs)}`).join(', ')}`}.
      </Text>
      {cannot.length > 0 && (
        <Text size="sm" c="dimmed">
          {foundMore ? `Of the newest ${number(found)}` : `Of ${count(found, 'run')}`} some are left out:{' '}
          {cannotWords(cannot)}.
        </Text>
      )}
      {action === 'retry' && total > 0 && <WriteTable steps={steps} writes={writes} />}
    </Stack>
  );
}
