import type { RetryPlace, RetryVersion, RunRow } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Button, Group, Loader, Modal, Radio, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useFlow, useRetry, useRetryPreview, useWorkspace } from '../../../api/index.js';
import { Failure } from '../../../ui/failure.js';
import { count } from '../../../ui/format.js';
import { Notice } from '../../../ui/notice.js';
import { EffectList, type Word } from './effect-list.js';
import { PlaceFields } from './place-fields.js';
import { changedWords } from './retry-words.js';

interface RetryDialogProps {
  run: RunRow;
  draft: Draft;
  /** From where to begin with; null while it is closed. */
  place: RetryPlace | null;
  onClose: () => void;
}

/** Does a run again: from where, on which version, and first of all what that would change in other systems. */
export function RetryDialog({ run, draft, place, onClose }: RetryDialogProps) {
  return (
    <Modal
      opened={place !== null}
      onClose={onClose}
      title="Retry the run"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {place !== null && <RetryForm run={run} draft={draft} first={place} onClose={onClose} />}
    </Modal>
  );
}

/** Where a retry of this run begins unless a person says otherwise. */
export function usualPlace(run: RunRow): RetryPlace {
  return { at: run.status === 'succeeded' || run.error?.code === 'E_STOP' ? 'start' : 'failed' };
}

const nothingSaid: Word = { again: new Set(), outcomes: new Map() };

interface RetryFormProps extends Omit<RetryDialogProps, 'place'> {
  first: RetryPlace;
}

function RetryForm({ run, draft, first, onClose }: RetryFormProps) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const [place, setPlace] = useState(first);
  const [version, setVersion] = useState<RetryVersion>('same');
  const [word, setWord] = useState(nothingSaid);
  const { data: preview, error, isFetching } = useRetryPreview(run.id, { place, version });
  const retry = useRetry(run.id);
  const send = () => {
    const listed = new Set(preview?.effects.map(({ key }) => key));
    retry.mutate(
      {
        place,
        version,
        again: [...word.again].filter((key) => listed.has(key)),
        outcomes: [...word.outcomes].flatMap(([key, outcome]) => (listed.has(key) ? [{ key, outcome }] : [])),
      },
      {
        onSuccess: ({ runId }) => {
          onClose();
          void navigate({ to: '/w/$ws/runs/$runId', params: { ws, runId } });
        },
      },
    );
  };
  return (
    <Stack gap="lg">
      <PlaceFields run={run} draft={draft} place={place} onChange={setPlace} />
      <VersionField run={run} value={version} onChange={setVersion} />
      {error !== null ? (
        <Failure what="It cannot be told what a retry would do" error={error} />
      ) : preview === undefined ? (
        <Loader size="sm" aria-label="Working out what it would do" />
      ) : preview.cannot !== null ? (
        <Notice look="waiting" title="This run cannot be retried like that">
          {preview.cannot}
        </Notice>
      ) : (
        <>
          <div>
            <Text size="sm">
              {preview.kept === 0
                ? 'No step is kept: all of them run.'
                : `${count(preview.kept, 'step')} ${preview.kept === 1 ? 'is' : 'are'} kept with what ${preview.kept === 1 ? 'it' : 'they'} gave.`}
            </Text>
            {preview.changed.map((change) => (
              <Text key={`${change.stepId} ${change.why}`} size="sm" c="dimmed">
                {changedWords(change)}
              </Text>
            ))}
          </div>
          <EffectList preview={preview} word={word} onChange={setWord} />
        </>
      )}
      {retry.error !== null && <Failure what="The run was not retried" error={retry.error} />}
      <Group justify="flex-end" gap="xs">
        <Text size="sm" c="dimmed" mr="auto">
          A new run is made. This one stays as it was.
        </Text>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          disabled={preview === undefined || preview.cannot !== null || error !== null}
          loading={retry.isPending || (isFetching && preview !== undefined)}
          onClick={send}
        >
          Retry
        </Button>
      </Group>
    </Stack>
  );
}

interface VersionFieldProps {
  run: RunRow;
  value: RetryVersion;
  onChange: (version: RetryVersion) => void;
}

function VersionField({ run, value, onChange }: VersionFieldProps) {
  const { can } = useWorkspace();
  const { data: flow } = useFlow(run.flowId);
  const published = flow?.published ?? null;
  const own = run.version === 0 || run.version === null ? 'The draft as it was then' : `Version ${run.version}`;
  return (
    <Radio.Group label="On which version" value={value} onChange={(next) => onChange(next as RetryVersion)}>
      <Group gap="lg" mt={8}>
        <Radio value="same" label={`${own}, as before`} />
        <Radio
          value="published"
          label={published === null ? 'Published version' : `Version ${published}, published`}
          disabled={published === null || published === run.version}
        />
        <Radio
          value="draft"
          label="The draft as it is saved"
          disabled={flow === undefined || (run.mode === 'live' && !can('flow:publish'))}
        />
      </Group>
    </Radio.Group>
  );
}
