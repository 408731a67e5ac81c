import { Loader, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useFlowTests } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { FailureList } from './failure-list.js';
import { usePlay } from './use-play.js';

/** Test cases that are told by name before a publish. */
const most = 5;

/** Before it is published: plays the draft's test cases and says which fail, and whether that stands in the way. */
export function TestsBeforePublish({ save }: { save: () => Promise<boolean> }) {
  const flowId = useEditor((state) => state.flowId);
  const { data: cases } = useFlowTests(flowId);
  const { play, error } = usePlay(save);
  const begun = useRef(false);
  const isNeeded = (cases?.length ?? 0) > 0;
  useEffect(() => {
    if (!isNeeded || begun.current) return;
    begun.current = true;
    play();
  }, [isNeeded, play]);
  const tested = useEditor((state) => (state.tested?.revision === state.saved.revision ? state.tested : null));
  const refuses = useEditor(({ flow }) => flow.settings?.failingTests === 'refuse');
  if (!isNeeded) return null;
  if (error !== null) return <Failure what="The test cases were not run" error={error} />;
  if (tested?.coverage == null) {
    return (
      <Text size="sm" c="dimmed">
        <Loader size={14} mr={8} aria-hidden />
        Running {count(cases?.length ?? 0, 'test case')}
      </Text>
    );
  }
  const results = Object.values(tested.results);
  const failing = results.filter(({ passed }) => !passed);
  const { reached, of } = tested.coverage;
  if (failing.length === 0) {
    return (
      <Notice
        look="succeeded"
        title={results.length === 1 ? 'The test case passes' : `All ${results.length} test cases pass`}
      >
        They take {reached} of {count(of, 'way')} through the flow.
      </Notice>
    );
  }
  return (
    <Notice look="waiting" icon={TriangleAlert} title={failingWords(failing.length, results.length)}>
      <Stack gap={6}>
        {failing.slice(0, most).map(({ id, name, failures }) => (
          <div key={id}>
            <strong>{name}</strong>
            <FailureList failures={failures.slice(0, 3)} />
          </div>
        ))}
        {failing.length > most && <span>and {failing.length - most} more</span>}
        <span>
          {refuses
            ? 'The flow’s settings refuse a publish while test cases fail.'
            : 'It can be published all the same; the flow’s settings can refuse that.'}
        </span>
      </Stack>
    </Notice>
  );
}

/** `1 of 3 test cases fail` */
function failingWords(failing: number, all: number): string {
  return `${failing} of ${count(all, 'test case')} ${all === 1 ? 'fails' : 'fail'}`;
}
